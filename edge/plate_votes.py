"""Plates of standing vehicles: a few looks each, until enough of them agree."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.boxes import Rect
from edge.config import PlatesConfig
from edge.plates.consensus import PlateVerdict, agree
from edge.plates.types import PlateReading
from yuhang.messages import PlateRead
from yuhang.plates import parse_plate

Image = NDArray[np.uint8]
Corners = tuple[float, float, float, float]

CROP_WIDTH = 160  # pixels to which a close-up is enlarged at least; the original stays in the full pictures
CLOSE_UP_MARGIN = 0.25
VARIATIONS = (0.0, 0.03, -0.02, 0.06, 0.015)
"""What is added around the vehicle's box in turn. A fixed camera shows a parked car the same way each time: looked at through the
same box, thirty looks would be one, with the same error."""


class VehicleEyes(Protocol):
    """Finds and reads the plate of one vehicle in a picture."""

    def read_vehicle(self, image_bgr: Image, vehicle: Corners, others: Sequence[Corners] = ()) -> PlateReading | None:
        """The plate inside the vehicle's box, or none when no plate is seen there."""


class PlateEyes(VehicleEyes, Protocol):
    """Also reads plates without knowing a vehicle."""

    def read_all(self, image_bgr: Image, region: Corners) -> Sequence[PlateReading]:
        """All plates in a part of the picture."""


@dataclass(frozen=True, slots=True)
class PlateCloseUp:
    """The best look at a plate: a crop of the picture taken at `at`."""

    image: Image
    at: datetime


@dataclass(slots=True)
class _Votes:
    readings: list[PlateReading] = field(default_factory=list)
    attempts: int = 0
    last: datetime | None = None
    since: datetime | None = None  # time of the first reading
    best: float = -1.0
    close_up: PlateCloseUp | None = None
    verdict: PlateVerdict | None = None


class PlateVotes:
    """Votes on the plates of one camera's standing vehicles, by the place's key. `is_plate` knows the grammar of plates."""

    def __init__(self, eyes: VehicleEyes, config: PlatesConfig, is_plate: Callable[[str], bool]) -> None:
        self._eyes = eyes
        self._config = config
        self._is_plate = is_plate
        self._votes: dict[int, _Votes] = {}

    def wants(self, key: int, at: datetime) -> bool:
        """Whether another look at this vehicle's plate is due."""
        votes = self._votes.get(key)
        if votes is None:
            return True
        waited = votes.last is None or (at - votes.last).total_seconds() >= self._config.every_s
        agreed = votes.verdict is not None and votes.verdict.text is not None
        return waited and not agreed and votes.attempts < self._config.attempts

    def attempts(self, key: int) -> int:
        """Looks at this vehicle's plate so far."""
        return self._votes[key].attempts if key in self._votes else 0

    def look(self, key: int, image: Image, vehicle: Rect, others: Sequence[Rect], at: datetime) -> None:
        """Read once and vote."""
        votes = self._votes.setdefault(key, _Votes())
        seen_through = vehicle.grown(VARIATIONS[votes.attempts % len(VARIATIONS)])
        votes.attempts += 1
        votes.last = at
        reading = self._eyes.read_vehicle(image, _corners(seen_through), [_corners(other) for other in others])
        if reading is None:
            return
        votes.readings.append(reading)
        votes.since = votes.since or at
        if (at - votes.since).total_seconds() >= self._config.consensus.span_s:
            votes.verdict = agree(votes.readings, self._is_plate, self._config.consensus)
        if reading.min_char_confidence > votes.best and reading.candidate is not None:
            votes.best = reading.min_char_confidence
            votes.close_up = PlateCloseUp(cut_out(image, Rect(*reading.candidate.box)), at)

    def plate(self, key: int) -> PlateRead:
        """What the looks so far agree on."""
        votes = self._votes.get(key)
        if votes is None or votes.verdict is None:
            return PlateRead()
        verdict = votes.verdict
        return PlateRead(
            text=verdict.text,
            colour=colour_of(verdict.text, votes.readings),
            confidence=verdict.best.confidence if verdict.text is not None and verdict.best is not None else 0.0,
            frames=verdict.votes if verdict.text is not None else 0,
            width_px=round(max(reading.width_px for reading in votes.readings)),
        )

    def close_up(self, key: int) -> PlateCloseUp | None:
        """The best look at the plate."""
        votes = self._votes.get(key)
        return votes.close_up if votes is not None else None

    def keep(self, keys: Collection[int]) -> None:
        """Forget all vehicles but these."""
        self._votes = {key: votes for key, votes in self._votes.items() if key in keys}


def colour_of(text: str | None, readings: Sequence[PlateReading]) -> str | None:
    """What the form of the plate says about its colour, else what most looks at this very text saw."""
    if text is None:
        return None
    seen = Counter(reading.ground for reading in readings if reading.text == text)
    colour, votes = seen.most_common(1)[0] if seen else (None, 0)
    plate = parse_plate(text, colour if 2 * votes > seen.total() else None)
    return plate.colour.value if plate.colour is not None else None


def _corners(rect: Rect) -> Corners:
    return (rect.left, rect.top, rect.right, rect.bottom)


def cut_out(image: Image, plate: Rect) -> Image:
    """The plate with a little around it, enlarged where it is small."""
    part = plate.grown(CLOSE_UP_MARGIN).inside(image.shape[1], image.shape[0])
    crop = image[
        int(part.top) : max(int(part.top) + 1, round(part.bottom)), int(part.left) : max(int(part.left) + 1, round(part.right))
    ]
    scale = max(1.0, CROP_WIDTH / crop.shape[1])
    return np.ascontiguousarray(cv2.resize(crop, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC))
