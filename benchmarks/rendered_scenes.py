"""`yuhang bench rendered FOLDER`: how well the shipped models see the rendered streets, held against the truth beside the videos.

Every picture that differs from the one before counts once. A vehicle counts when at least half of it shows, at least 60 % of its
box lies in the picture and the box is at least 40 px high. Rendered figures say nothing about real streets.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import av
import numpy as np
import typer
from numpy.typing import NDArray

from benchmarks.shares import Share
from edge.boxes import Rect
from edge.inference.config import DetectorConfig
from edge.inference.detector import ObjectDetector, load_detector
from edge.plates.config import ConsensusRules
from edge.plates.consensus import is_clear
from edge.plates.vehicle import VehiclePlates, load_vehicle_plates
from models.store import ModelStore
from simulators.errors import RenderedFolderError
from simulators.street.truth import SeenVehicle, Stretch, Truth, load_truth

VEHICLES = ("car", "bus", "truck")
LEAST_VISIBLE, LEAST_INSIDE, LEAST_HEIGHT_PX = 0.5, 0.6, 40
LEAST_PLATE_PX = 60.0
SAME_OVERLAP = 0.5
HEIGHT_EDGES = (40, 80, 160, 320)
STANDING_S = 2.0
"""A picture that lasts this long shows standing vehicles."""


@dataclass(slots=True)
class Tally:
    """What was found over all scenes."""

    vehicles: Share = field(default_factory=Share)
    by_height: defaultdict[str, Share] = field(default_factory=lambda: defaultdict(Share))
    by_kind: defaultdict[str, Share] = field(default_factory=lambda: defaultdict(Share))
    by_scene: defaultdict[str, Share] = field(default_factory=lambda: defaultdict(Share))
    standing: Share = field(default_factory=Share)
    plates: Share = field(default_factory=Share)
    clear_plates: Share = field(default_factory=Share)
    false_boxes: int = 0
    pictures: int = 0


@dataclass(frozen=True, slots=True)
class Eyes:
    """The models that look."""

    detector: ObjectDetector
    plates: VehiclePlates


def command(
    folder: Annotated[Path, typer.Argument(help="folder that `yuhang sim render` wrote", exists=True, file_okay=False)],
    *,
    min_score: Annotated[float, typer.Option(help="score from which a detection counts", min=0.01, max=0.99)] = 0.35,
) -> None:
    """Detector recall and exact plate readings on rendered scenes."""
    store = ModelStore.standard()
    eyes = Eyes(load_detector(DetectorConfig(min_score=min_score), store), load_vehicle_plates(store))
    typer.echo(json.dumps(report(measure(folder, eyes), min_score)))


def measure(folder: Path, eyes: Eyes) -> Tally:
    """Look at every different picture of every scene in the folder."""
    truths = [load_truth(path) for path in sorted(folder.glob("*.truth.json"))]
    if not truths:
        raise RenderedFolderError(f"{folder}: no rendered scenes; `yuhang sim render` makes them")
    tally = Tally()
    for truth in truths:
        for stretch, image in pictures(folder / truth.video, truth):
            look(truth, stretch, image, eyes, tally)
    return tally


def report(tally: Tally, min_score: float) -> dict[str, object]:
    """The tally as the JSON line prints it."""
    return {
        "recall": tally.vehicles.result(),
        "recall_standing": tally.standing.result(),
        "recall_by_height_px": {name: share.result() for name, share in sorted(tally.by_height.items())},
        "recall_by_kind": {name: share.result() for name, share in sorted(tally.by_kind.items())},
        "recall_by_scene": {name: share.result() for name, share in sorted(tally.by_scene.items())},
        "plates_exact": tally.plates.result(),
        "plates_exact_and_clear": tally.clear_plates.result(),
        "false_boxes": tally.false_boxes,
        "pictures": tally.pictures,
        "min_score": min_score,
        "data": "rendered",
    }


def pictures(video: Path, truth: Truth) -> Iterator[tuple[Stretch, NDArray[np.uint8]]]:
    """Each stretch of the truth with its picture, height x width x 3 BGR."""
    stretches = iter(truth.stretches)
    wanted = next(stretches, None)
    with av.open(str(video)) as container:
        for frame in container.decode(video=0):
            if wanted is None:
                return
            if frame.time is not None and frame.time >= wanted.from_s - 1e-3:
                yield wanted, np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
                wanted = next(stretches, None)


def look(truth: Truth, stretch: Stretch, image: NDArray[np.uint8], eyes: Eyes, tally: Tally) -> None:
    """Hold one picture against its truth."""
    found = [Rect(*map(float, box)) for box in eyes.detector.detect(image).of(VEHICLES).boxes]
    stories = {vehicle.name: vehicle for vehicle in truth.vehicles}
    tally.pictures += 1
    tally.false_boxes += sum(not any(near(box, seen) for seen in stretch.vehicles) for box in found)
    for seen in filter(counts, stretch.vehicles):
        hit = any(box.overlap(rect(seen)) >= SAME_OVERLAP for box in found)
        shares = [
            tally.vehicles,
            tally.by_height[height_of(seen)],
            tally.by_kind[stories[seen.vehicle].kind],
            tally.by_scene[truth.scene],
        ]
        if stretch.until_s - stretch.from_s >= STANDING_S:
            shares.append(tally.standing)
            plate = stories[seen.vehicle].plate
            if plate is not None and seen.plate_width_px >= LEAST_PLATE_PX and seen.visible > 0.95:
                reading = eyes.plates.read_vehicle(image, seen.box)
                exact = reading is not None and reading.text == plate
                tally.plates.add(exact)
                tally.clear_plates.add(exact and reading is not None and is_clear(reading, ConsensusRules()))
        for share in shares:
            share.add(hit)


def counts(seen: SeenVehicle) -> bool:
    """Whether enough of a vehicle can be seen to ask for it."""
    height = seen.box[3] - seen.box[1]
    return seen.visible >= LEAST_VISIBLE and seen.inside >= LEAST_INSIDE and height >= LEAST_HEIGHT_PX


def near(box: Rect, seen: SeenVehicle) -> bool:
    """Whether a detection may be this vehicle, whole or in part."""
    return box.overlap(rect(seen)) > 0.1


def rect(seen: SeenVehicle) -> Rect:
    """The vehicle's box."""
    return Rect(*map(float, seen.box))


def height_of(seen: SeenVehicle) -> str:
    """The class of box heights that a vehicle belongs to."""
    height = seen.box[3] - seen.box[1]
    low = max(edge for edge in HEIGHT_EDGES if edge <= height)
    return f"{low:03d}+"
