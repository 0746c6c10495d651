"""Lays the pictures of a camera that moves over its first one, so that a hand-held recording can be judged at all.

The step from picture to picture is followed by optical flow of corners (pyramidal Lucas-Kanade) and a similarity transform that
most of them agree on (RANSAC); the steps are chained. Whatever moves by itself is outvoted. What is found like this is no
proof: the shipped setting freezes the zones instead.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.alignment import Alignment, Matrix
from edge.frames import FrameImage, Pixels
from edge.image import BgrImage

MAX_CORNERS = 400
MIN_AGREEING = 20
WORK_SIDE = 640  # pixels of the longer side


class Stabiliser:
    """An `Aligner` for a camera that moves."""

    def __init__(self) -> None:
        self._before: Pixels | None = None
        self._back = np.eye(2, 3)

    def align(self, image: FrameImage) -> Alignment:
        """The picture laid over the first one."""
        height, width = image.shape
        scale = min(1.0, WORK_SIDE / max(height, width))
        grey = image.grey(round(width * scale), round(height * scale))
        before, self._before = self._before, grey
        if before is None or before.shape != grey.shape:
            self._back = np.eye(2, 3)
            return Alignment(image, self._back)
        step = _step(before, grey)
        if step is None:
            return Alignment(self._laid_over(image), self._back, found=False)
        step[:, 2] /= scale
        self._back = _chained(step, self._back)
        return Alignment(self._laid_over(image), self._back)

    def _laid_over(self, image: FrameImage) -> FrameImage:
        height, width = image.shape
        laid = cv2.warpAffine(image.bgr, self._back, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
        return BgrImage(np.asarray(laid, np.uint8))


def _step(before: Pixels, after: Pixels) -> Matrix | None:
    """The similarity transform from `before` to `after`, or none where too few corners agree."""
    corners = cv2.goodFeaturesToTrack(before, MAX_CORNERS, 0.01, 8)
    if corners is None or len(corners) < MIN_AGREEING:
        return None
    moved, status, _ = cv2.calcOpticalFlowPyrLK(before, after, corners, np.empty_like(corners), winSize=(21, 21), maxLevel=4)
    kept = status.ravel() == 1
    if int(kept.sum()) < MIN_AGREEING:
        return None
    matrix, agreeing = cv2.estimateAffinePartial2D(corners[kept], moved[kept], ransacReprojThreshold=1.5)
    if matrix is None or int(agreeing.sum()) < MIN_AGREEING:
        return None
    return np.asarray(matrix, np.float64)


def _chained(step: Matrix, back: Matrix) -> Matrix:
    """First `back`, then `step`."""
    square: NDArray[np.float64] = np.vstack([step, [0, 0, 1]]) @ np.vstack([back, [0, 0, 1]])
    return square[:2]
