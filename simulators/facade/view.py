"""The camera in front of a facade: from metres to pixels."""

import math

import numpy as np
from numpy.typing import NDArray

from simulators.facade.scene import Building, FacadeCamera

Values = NDArray[np.float64]

MARGIN = 0.90  # of the picture's height is the building


class FacadeView:
    """A pinhole camera that sees the whole building."""

    def __init__(self, building: Building, camera: FacadeCamera) -> None:
        self.width, self.height = camera.width, camera.height
        self._distance, self._height = camera.distance_m, camera.height_m
        below = math.atan2(-camera.height_m, camera.distance_m)
        above = math.atan2(building.height_m - camera.height_m, camera.distance_m)
        self._pitch = (below + above) / 2
        self._focal = MARGIN * camera.height / 2 / math.tan((above - below) / 2)

    def project(self, x: Values, h: Values, d: Values | float = 0.0) -> tuple[Values, Values, Values]:
        """Pixels (x right, y down) and pixels a metre of points `x` aside, `h` high and `d` in front of the facade, metres."""
        up, ahead = h - self._height, self._distance - np.asarray(d, np.float64)
        across = up * math.cos(self._pitch) - ahead * math.sin(self._pitch)
        depth = up * math.sin(self._pitch) + ahead * math.cos(self._pitch)
        scale = self._focal / depth
        return self.width / 2 + x * scale, self.height / 2 - across * scale, scale

    def corners(self, left: float, bottom: float, right: float, top: float) -> NDArray[np.float64]:
        """An upright rectangle on the facade as four pixel points."""
        x, y, _ = self.project(np.array([left, right, right, left]), np.array([bottom, bottom, top, top]))
        return np.column_stack([x, y])

    def outline(self, building: Building) -> tuple[tuple[float, float], ...]:
        """The facade as fractions of the picture, as a zone names it: between the lowest windows and a little above the roof."""
        half = building.width_m / 2
        corners = self.corners(-half, 0.5, half, building.height_m + 0.3)
        fractions = np.clip(corners / np.array([self.width, self.height]), 0.0, 1.0)
        return tuple((round(float(x), 4), round(float(y), 4)) for x, y in fractions)

    def known_heights(self, building: Building) -> tuple[tuple[float, float], ...]:
        """(y as a fraction, metres) of the ground, the middle and the roof."""
        metres = np.array([0.0, building.height_m / 2, building.height_m])
        _, y, _ = self.project(np.zeros(3), metres)
        return tuple((round(float(row) / self.height, 4), float(height)) for row, height in zip(y, metres, strict=True))
