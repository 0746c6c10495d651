"""Small things that move in front of a facade: background and frame difference at the full frame rate.

A pixel counts when it differs both from the facade behind it and from the picture a few frames ago, by more than it usually
varies: leaves, blinking lights and laundry raise what is usual in their place. The background follows one grey level a frame
(sigma-delta, Manzanera & Richefeu 2007), so that nothing that passes leaves a trace in it.
"""

from collections import deque
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.frames import Pixels

LAG = 3  # frames between the two pictures that are compared: also what falls slowly has moved by then
SETTLE = 12  # frames in which the background follows quickly
WARM_UP = 50  # frames before it is believed: wind and blinking lights must have shown what is usual
USUAL_FACTOR = 3.5
MOST_CHANGED = 0.02  # of the facade; more is lightning, a step of the exposure or a shaken camera
MOST_SPOTS = 150
PATCH_PX = 15  # half the side of the picture that is kept of a spot, for the composite


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """Something that moved: its middle and size in pixels of the crop, and the pixels around it (None where there were many)."""

    x: float
    y: float
    size: float
    patch: Pixels | None = None


class MovingSpots:
    """Finds spots in the grey pictures of one facade (all of the same size as `facade`, true where it is watched)."""

    def __init__(self, facade: NDArray[np.bool_], contrast: int, largest_px: float) -> None:
        self._facade = facade.astype(np.uint8) * 255
        self._pixels = max(1, int(facade.sum()))
        self._contrast = contrast
        self._largest = largest_px
        self._background: Pixels | None = None
        self._usual = np.zeros(facade.shape, np.float32)
        self._before: deque[Pixels] = deque(maxlen=LAG)
        self._frames = 0

    def look(self, grey: Pixels) -> tuple[Spot, ...]:
        """The spots of one picture (height x width, 0..255)."""
        if self._background is None:
            self._background = grey.copy()
        levelled = _levelled(grey, self._background)
        difference = np.asarray(cv2.absdiff(levelled, self._background), np.uint8)
        found = self._spots(levelled, difference) if self._frames >= WARM_UP else ()
        self._learn(levelled, difference, grey)
        return found

    def _spots(self, grey: Pixels, difference: Pixels) -> tuple[Spot, ...]:
        both = cv2.min(difference, cv2.absdiff(grey, self._before[0]))
        usual = cv2.convertScaleAbs(self._usual, alpha=USUAL_FACTOR, beta=4)
        changed = cv2.compare(both, cv2.max(usual, np.full_like(usual, self._contrast)), cv2.CMP_GT)
        changed = cv2.bitwise_and(changed, self._facade)
        if cv2.countNonZero(changed) > MOST_CHANGED * self._pixels:
            return ()
        joined = cv2.dilate(changed, np.ones((3, 3), np.uint8))
        count, _, stats, centres = cv2.connectedComponentsWithStats(joined, connectivity=8)
        if count - 1 > MOST_SPOTS:
            return ()
        rows = [row for row in range(1, count) if self._is_small(stats[row])]
        return tuple(_spot(grey, stats[row], centres[row], keep_patch=len(rows) <= MOST_SPOTS // 2) for row in rows)

    def _is_small(self, stats: NDArray[np.int32]) -> bool:
        longest = max(int(stats[cv2.CC_STAT_WIDTH]), int(stats[cv2.CC_STAT_HEIGHT])) - 2
        return longest <= self._largest

    def _learn(self, grey: Pixels, difference: Pixels, original: Pixels) -> None:
        background = self._background
        assert background is not None  # noqa: S101 - `look` has set it
        cv2.accumulateWeighted(
            np.minimum(difference, 80).astype(np.float32), self._usual, 0.1 if self._frames < WARM_UP else 0.015
        )
        step = np.full_like(background, 4 if self._frames < SETTLE else 1)
        up = cv2.bitwise_and(cv2.compare(original, background, cv2.CMP_GT), step)
        down = cv2.bitwise_and(cv2.compare(original, background, cv2.CMP_LT), step)
        self._background = np.asarray(cv2.subtract(cv2.add(background, up), down), np.uint8)
        self._before.append(grey)
        self._frames += 1


def _levelled(grey: Pixels, background: Pixels) -> Pixels:
    """The picture as bright on the whole as the background: exposure drifts."""
    drift = int(np.median(grey[::8, ::8].astype(np.int16) - background[::8, ::8]))
    if drift == 0:
        return grey
    change = np.full_like(grey, abs(drift))
    return np.asarray(cv2.subtract(grey, change) if drift > 0 else cv2.add(grey, change), np.uint8)


def _spot(grey: Pixels, stats: NDArray[np.int32], centre: NDArray[np.float64], *, keep_patch: bool) -> Spot:
    x, y = float(centre[0]), float(centre[1])
    width, height = int(stats[cv2.CC_STAT_WIDTH]) - 2, int(stats[cv2.CC_STAT_HEIGHT]) - 2
    patch = None
    if keep_patch:
        top, left = max(0, round(y) - PATCH_PX), max(0, round(x) - PATCH_PX)
        patch = grey[top : top + 2 * PATCH_PX + 1, left : left + 2 * PATCH_PX + 1].copy()
    return Spot(x, y, float(max(1, min(width, height))), patch)
