"""The path of a fall in one picture: the facade, with the object cut in where each frame saw it, and nothing else."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.detectors.falling_object.linking import Point
from edge.detectors.falling_object.spots import PATCH_PX
from edge.frames import Pixels

RING: tuple[int, int, int] = (0, 215, 255)
SHOWN_PX = 7  # half the side of what is cut in


def path_picture(facade: Pixels, mask: NDArray[np.bool_], points: Sequence[Point]) -> Pixels:
    """`facade` is the BGR crop, `mask` true where the facade is, `points` in the crop's pixels; the result has its size."""
    picture = facade.copy()
    for point in points:
        _cut_in(picture, point)
    picture[~mask] = 0
    corners = np.array([(round(point.x), round(point.y)) for point in points], np.int32)
    for number in (0, len(corners) - 1):
        cv2.circle(picture, (int(corners[number][0]), int(corners[number][1])), SHOWN_PX + 5, RING, 1, cv2.LINE_AA)
    shifted = corners + np.array([SHOWN_PX + 9, 0], np.int32)  # beside the path, so that the object can be seen
    cv2.polylines(picture, [shifted], isClosed=False, color=RING, thickness=1, lineType=cv2.LINE_AA)
    return picture


def _cut_in(picture: Pixels, point: Point) -> None:
    patch = point.spot.patch
    if patch is None:
        return
    x, y = round(point.x), round(point.y)
    top, left = max(0, y - SHOWN_PX), max(0, x - SHOWN_PX)
    bottom, right = min(picture.shape[0], y + SHOWN_PX + 1), min(picture.shape[1], x + SHOWN_PX + 1)
    from_top, from_left = top - max(0, y - PATCH_PX), left - max(0, x - PATCH_PX)
    cut = patch[from_top : from_top + bottom - top, from_left : from_left + right - left]
    picture[top : top + cut.shape[0], left : left + cut.shape[1]] = cut[..., None]
