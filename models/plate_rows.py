"""Plates with two rows of characters laid out as one row, the form in which a reader knows plates."""

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

_UPPER = (0.03, 0.42)  # top and bottom of the upper row, as a share of the plate's height
_UPPER_COLUMNS = (0.2, 0.8)  # the two characters of the upper row stand in the middle
_LOWER = (0.4, 0.96)
_UPPER_SHARE = 0.29  # of the laid-out row: two characters of seven


def lay_out_rows(plate_bgr: Picture, width: int, height: int) -> Picture:
    """The upper row left of the lower one, width x height, of an upright crop (h x w x 3) that a double-row plate fills."""
    rows, columns = plate_bgr.shape[:2]
    upper = plate_bgr[_pixels(_UPPER, rows), _pixels(_UPPER_COLUMNS, columns)]
    lower = plate_bgr[_pixels(_LOWER, rows)]
    left = round(width * _UPPER_SHARE)
    parts = [cv2.resize(part, (across, height)) for part, across in ((upper, left), (lower, width - left))]
    return np.asarray(np.hstack(parts), np.uint8)


def _pixels(span: tuple[float, float], size: int) -> slice:
    start = round(span[0] * size)
    return slice(start, max(start + 1, round(span[1] * size)))
