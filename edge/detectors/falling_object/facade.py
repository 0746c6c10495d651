"""Heights on a facade from the picture's rows, with their error. Pure geometry.

A flat facade seen by a pinhole camera maps rows to heights by h = (a y + b) / (c y + 1) along one vertical line (a projective
map of a line, Hartley & Zisserman 2004, 2.2). Three known heights tell all of it; two tell a straight line, whose error is then
a guess.
"""

from collections.abc import Sequence
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from edge.detectors.falling_object.config import FallingObjectConfig, KnownHeight
from yuhang.messages import FloorRange

Values = NDArray[np.float64]

LEAST_ERROR_M = 0.3  # nobody measures a facade better than this
ERROR_OF_A_LINE = 0.05  # of the known span: what perspective may do between and beyond two known heights


class HeightScale:
    """Rows of a picture `height_px` high to metres above the ground, and back to pixels a metre."""

    def __init__(self, heights: Sequence[KnownHeight], height_px: int) -> None:
        rows = np.array([known.y for known in heights]) * height_px
        metres = np.array([known.metres for known in heights])
        self._a, self._b, self._c = _line(rows, metres) if len(heights) == 2 else _projective(rows, metres)
        misfit = float(np.abs(self.metres(rows) - metres).max())
        guess = ERROR_OF_A_LINE * float(np.ptp(metres)) if self._c == 0 else 0.0
        self.error_m = max(LEAST_ERROR_M, misfit, guess)

    def metres(self, rows: Values) -> Values:
        """Heights above the ground of rows (pixels from the top)."""
        return (self._a * rows + self._b) / (self._c * rows + 1)

    def pixels_a_metre(self, rows: Values) -> Values:
        """Scale along the vertical at these rows."""
        return np.abs((self._c * rows + 1) ** 2 / (self._a - self._b * self._c))


def floors_of(config: FallingObjectConfig, seen_m: float, speed_m_s: float, error_m: float, *, from_above: bool) -> FloorRange:
    """The floors an object may have come from that was first seen at `seen_m`, falling at `speed_m_s` (downwards positive).

    It was let go between where it was first seen and where it would have been at rest; `from_above`: it came into the facade over
    its upper edge, so nobody knows.
    """
    at_rest_m = seen_m + max(0.0, speed_m_s) ** 2 / (2 * 9.81)
    lowest = floor((seen_m - error_m - config.first_floor_m) / config.floor_height_m) + 1
    highest = ceil((at_rest_m + error_m - config.first_floor_m) / config.floor_height_m)
    lowest = max(1, lowest)
    return FloorRange(
        lowest=lowest,
        highest=None if from_above else max(lowest, highest),
        height_m=round(seen_m, 2),
        height_error_m=round(error_m, 2),
    )


def _line(rows: Values, metres: Values) -> tuple[float, float, float]:
    slope, offset = np.polyfit(rows, metres, 1)
    return float(slope), float(offset), 0.0


def _projective(rows: Values, metres: Values) -> tuple[float, float, float]:
    """Least squares of a y + b - c y h = h; a straight line where that has its pole between the known rows."""
    scale = float(np.abs(rows).max()) or 1.0
    y = rows / scale
    (a, b, c), *_ = np.linalg.lstsq(np.column_stack([y, np.ones_like(y), -y * metres]), metres, rcond=None)
    if np.any(c * y + 1 <= 0.05):
        return _line(rows, metres)
    return float(a / scale), float(b), float(c / scale)
