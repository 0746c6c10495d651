"""Motion gate: whether anything moves in the part of the picture that is watched. Cheap, at low resolution."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.frames import FrameImage, Pixels

GATE_WIDTH = 160
LEVELS = 18  # grey levels; above the noise of sensor and compression


@dataclass(frozen=True, slots=True)
class Motion:
    """`share` of the watched pixels that changed since the frame before, 0..1; `moving` once that is more than noise."""

    share: float
    moving: bool


class MotionGate:
    """Compares each frame with the one before, inside a mask (height x width, true where it is watched, any size)."""

    def __init__(self, watched: NDArray[np.bool_] | None = None, min_share: float = 0.002) -> None:
        self._watched = watched
        self._min_share = min_share
        self._before: Pixels | None = None
        self._mask: NDArray[np.bool_] | None = None

    def look(self, image: FrameImage) -> Motion:
        """Compare a frame with the one before; the first frame counts as moving."""
        height = max(1, round(image.shape[0] * GATE_WIDTH / image.shape[1]))
        grey = np.asarray(cv2.GaussianBlur(image.grey(GATE_WIDTH, height), (3, 3), 0), np.uint8)
        before, self._before = self._before, grey
        if before is None or before.shape != grey.shape:
            return Motion(1.0, moving=True)
        changed = cv2.absdiff(before, grey) >= LEVELS
        mask = self._mask_for(grey.shape)
        share = float(changed[mask].mean()) if mask.any() else 0.0
        return Motion(share, moving=share >= self._min_share)

    def _mask_for(self, shape: tuple[int, ...]) -> NDArray[np.bool_]:
        if self._mask is None or self._mask.shape != shape:
            whole = np.ones(shape, np.bool_)
            if self._watched is not None:
                size = (shape[1], shape[0])
                whole = cv2.resize(self._watched.astype(np.uint8), size, interpolation=cv2.INTER_AREA).astype(np.bool_)
            self._mask = whole
        return self._mask
