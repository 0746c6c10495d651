"""A face laid upright at a fixed place and size, from its eyes, nose and mouth. Pure.

The target points are those of the ArcFace crop (Deng et al., arXiv 1801.07698) of 112 x 112 pixels; where that has the two
corners of the mouth, BlazeFace gives its middle, which counts for both. The fit is the closest similarity (Umeyama 1991).
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.faces.types import FacePoints
from edge.inference.preprocess import Image

SIDE = 112.0
TARGET = np.array([[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [56.1396, 92.2848]])
WEIGHTS = np.array([1.0, 1.0, 1.0, 2.0]) / 5


def similarity(source: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """The 2 x 3 matrix of rotation, scale and shift that brings the four `source` points nearest to `target`.

    Raises `ValueError` when the points all lie in one place.
    """
    from_middle, to_middle = WEIGHTS @ source, WEIGHTS @ target
    centred, wanted = source - from_middle, target - to_middle
    spread = float(WEIGHTS @ (centred**2).sum(axis=1))
    if spread < 1e-9:
        raise ValueError("the points of the face all lie in one place")
    left, sizes, right = np.linalg.svd((wanted * WEIGHTS[:, None]).T @ centred)
    mirror = np.diag([1.0, np.sign(np.linalg.det(left @ right))])
    turn = left @ mirror @ right
    scale = float((sizes * np.diag(mirror)).sum()) / spread
    return np.hstack([scale * turn, (to_middle - scale * turn @ from_middle)[:, None]])


def aligned(image_bgr: Image, points: FacePoints, side: int, margin: float = 0.0) -> Image:
    """The face upright in a picture of `side` x `side` pixels, BGR, with `margin` (share of the side) more around it."""
    source = np.array([points.right_eye, points.left_eye, points.nose, points.mouth], np.float64)
    target = (TARGET + margin * SIDE) / (1 + 2 * margin) * (side / SIDE)
    matrix = similarity(source, target)
    return np.asarray(cv2.warpAffine(image_bgr, matrix, (side, side), flags=cv2.INTER_LINEAR), np.uint8)
