"""The photos with what is known about them, and the faces that the node's own networks find in them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from pydantic import Field

from edge.faces.eyes import FaceModels
from edge.faces.types import FaceLook, FoundFace
from edge.inference.preprocess import Image
from yuhang.config.loader import load_yaml
from yuhang.config.section import Section
from yuhang.errors import ConfigError

LIST = Path(__file__).with_name("photos.yaml")


class Photo(Section):
    """One photo."""

    file: str
    people: tuple[int, ...] = Field(min_length=1)
    before_a_gate: bool = False
    """Taken as if at a gate; the others are portraits."""
    real: bool = True


class Photos(Section):
    """All of them."""

    photos: tuple[Photo, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class KnownFace:
    """A face of a known person, as a node sees it."""

    photo: Photo
    person: int
    image: Image
    face: FoundFace
    look: FaceLook


def known_faces(media: Path, models: FaceModels) -> Iterator[KnownFace]:
    """All faces of the list; raises `ConfigError` where a photo is missing or not as many faces are found as it has."""
    for photo in load_yaml(LIST, Photos).photos:
        path = media / photo.file
        if not path.is_file():
            raise ConfigError(f"{path} is missing: MEDIA must hold the photos that {LIST.name} names")
        image = np.asarray(cv2.imread(str(path)), np.uint8)
        found = sorted(models.finder.find(image)[: len(photo.people)], key=lambda face: face.box.left)
        if len(found) != len(photo.people):
            raise ConfigError(f"{path}: {len(found)} faces were found, {len(photo.people)} are there")
        for person, face in zip(photo.people, found, strict=True):
            yield KnownFace(photo, person, image, face, models.judged(image, face))
