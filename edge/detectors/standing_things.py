"""Things that stand where nothing stood before: patches that differ from the background and stay."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from edge.boxes import Rect
from edge.foreground import Background, Mask, SmallView, blobs, foreground

BACKGROUND_S = 60.0
SMALLEST_PX = 12  # of the small picture
LONGEST_STEP_S = 30.0  # between two looks nobody knows


class StandingThings:
    """The things of one zone. Where people or vehicles hide a place its time stands still."""

    def __init__(self, zone: Mask, settle_s: float, forget_s: float) -> None:
        """`zone` is a mask of the small picture."""
        self._zone = zone
        self._settle_s = settle_s
        self._forget_s = forget_s
        self._background = Background(BACKGROUND_S)
        self._stood: NDArray[np.float32] = np.zeros(zone.shape, np.float32)
        self._last_s: float | None = None

    def look(self, view: SmallView, at_s: float, hidden: Sequence[Rect], *, attended: bool) -> tuple[Rect, ...]:
        """Take in a picture at a time; returns the boxes of what stands, in the picture's pixels.

        `hidden` are the boxes of people and vehicles; while somebody attends, nothing is forgotten.
        """
        covered = view.mask(rect.grown(0.12) for rect in hidden)
        passed_s = 0.0 if self._last_s is None else min(at_s - self._last_s, LONGEST_STEP_S)
        self._last_s = at_s
        if not self._background:
            self._background.update(view.grey, at_s)
            return ()
        new = foreground(view.grey, self._background.picture) & self._zone
        self._stood[new & ~covered] += passed_s
        self._stood[~new & ~covered] = 0.0
        if not attended:
            new &= self._stood < self._forget_s
        self._background.update(view.grey, at_s, new | covered)
        stands = blobs(self._stood >= self._settle_s, SMALLEST_PX)
        return tuple(_scaled(blob.box, view.scale) for blob in stands)


def _scaled(box: Rect, scale: float) -> Rect:
    return Rect(box.left / scale, box.top / scale, box.right / scale, box.bottom / scale)
