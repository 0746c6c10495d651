"""How much the picture of a place still looks like it did when a vehicle came to rest there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.boxes import Rect
from edge.frames import FrameImage, Moments, Pixels
from edge.standing import Place

Patch = NDArray[np.float32]

PATCH_SIDE = 48
RIM = 0.12  # of the box on each side is left out: it shows mostly what lies behind the vehicle
RENEW_AFTER = timedelta(seconds=20)
RENEW_LIKENESS = 0.6
RENEW_AT_LAST = timedelta(seconds=60)
"""A vehicle that the detector confirms but that has looked different for so long (an open boot) has simply changed its looks."""


@dataclass(slots=True)
class _Memory:
    box: Rect
    patch: Patch
    taken_at: datetime


class Appearance:
    """Keeps one small grey patch a place and compares later pictures with it.

    The comparison is normalised (mean and spread are taken out), so that a cloud changes nothing. Slow changes are followed: a
    patch is renewed while the detector itself confirms the vehicle and it still looks alike.
    """

    def __init__(self) -> None:
        self._memories: dict[int, _Memory] = {}

    def compare(self, image: FrameImage, places: Iterable[Place]) -> dict[int, float]:
        """Likeness 0..1 by the place's key, for the places that have a patch."""
        return {
            place.key: _likeness(memory.patch, _patch(image, memory.box))
            for place in places
            if (memory := self._memories.get(place.key)) is not None
        }

    def moments(self, key: int, moments: Moments) -> list[tuple[datetime, float]]:
        """Likeness of the part that `part_of` names to the place's patch, by time; nothing where the place is forgotten."""
        memory = self._memories.get(key)
        if memory is None:
            return []
        return [(time, _likeness(memory.patch, _normal(grey))) for time, grey in zip(moments.times, moments.grey, strict=True)]

    def remember(self, image: FrameImage, places: Iterable[Place], likeness: dict[int, float], at: datetime) -> None:
        """Take patches of new places, and fresh ones of places that the detector confirmed at `at` where they are stale."""
        current = {place.key: place for place in places}
        self._memories = {key: memory for key, memory in self._memories.items() if key in current}
        for key, place in current.items():
            memory = self._memories.get(key)
            confirmed = place.dwell.last_detected == at
            if memory is None or (confirmed and _is_stale(memory, place, likeness.get(key, 0.0), at)):
                self._memories[key] = _Memory(place.box, _patch(image, place.box), at)


def _is_stale(memory: _Memory, place: Place, likeness: float, at: datetime) -> bool:
    age = at - memory.taken_at
    return memory.box != place.box or age >= RENEW_AT_LAST or (age >= RENEW_AFTER and likeness >= RENEW_LIKENESS)


def part_of(box: Rect, width: int, height: int) -> Rect | None:
    """The part of a picture (pixels) that is compared for a vehicle at rest in `box`; None where it lies outside."""
    part = box.grown(-RIM).inside(width, height)
    left, top = int(part.left), int(part.top)
    part = Rect(left, top, max(left + 1, round(part.right)), max(top + 1, round(part.bottom)))
    return None if left >= width or top >= height else part


def _patch(image: FrameImage, box: Rect) -> Patch:
    """The place as `_normal` makes it."""
    height, width = image.shape
    part = part_of(box, width, height)
    if part is None:
        return np.zeros((PATCH_SIDE, PATCH_SIDE), np.float32)
    return _normal(image.grey(PATCH_SIDE, PATCH_SIDE, part))


def _normal(grey: Pixels) -> Patch:
    """A grey picture at PATCH_SIDE x PATCH_SIDE, zero mean, unit length; zeros where there is no texture at all."""
    if grey.shape != (PATCH_SIDE, PATCH_SIDE):
        grey = np.asarray(cv2.resize(grey, (PATCH_SIDE, PATCH_SIDE), interpolation=cv2.INTER_AREA), np.uint8)
    plane = cv2.GaussianBlur(grey.astype(np.float32), (3, 3), 0)
    plane -= plane.mean()
    length = float(np.linalg.norm(plane))
    return np.asarray(plane / length if length > PATCH_SIDE else np.zeros_like(plane), np.float32)


def _likeness(one: Patch, other: Patch) -> float:
    return max(0.0, float((one * other).sum()))
