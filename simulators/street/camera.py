"""The pinhole camera that looks at the street.

World axes in metres: x to the right, y away from the camera along the street, z up; the camera stands at (0, 0, height).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera at `height_m`, turned `yaw_deg` to the right and `pitch_deg` down, with a horizontal field of view."""

    width: int
    height: int
    height_m: float
    pitch_deg: float
    yaw_deg: float
    field_of_view_deg: float

    @property
    def focal_px(self) -> float:
        """Focal length in pixels."""
        return float(self.width / 2 / np.tan(np.radians(self.field_of_view_deg) / 2))

    @property
    def position(self) -> Array:
        """Where the camera is, metres, shape (3,)."""
        return np.array([0.0, 0.0, self.height_m])

    @property
    def axes(self) -> Array:
        """Rows: the camera's right, down and forward directions in the world, shape (3, 3)."""
        pitch, yaw = np.radians(self.pitch_deg), np.radians(self.yaw_deg)
        forward = np.array([np.sin(yaw) * np.cos(pitch), np.cos(yaw) * np.cos(pitch), -np.sin(pitch)])
        right = np.array([np.cos(yaw), -np.sin(yaw), 0.0])
        return np.stack([right, np.cross(forward, right), forward])

    def project(self, points: Array) -> tuple[Array, Array]:
        """Pixels (..., 2) and depths (...) in metres of world points (..., 3); points behind the camera get depth < 0."""
        inside = (points - self.position) @ self.axes.T
        depth = inside[..., 2]
        safe = np.where(np.abs(depth) < 1e-6, 1e-6, depth)
        centre = np.array([self.width / 2, self.height / 2])
        return inside[..., :2] / safe[..., None] * self.focal_px + centre, depth

    def rays(self) -> Array:
        """The direction of each pixel's ray in the world, not normalised, shape (height, width, 3)."""
        columns = (np.arange(self.width) + 0.5 - self.width / 2) / self.focal_px
        rows = (np.arange(self.height) + 0.5 - self.height / 2) / self.focal_px
        right, down, forward = self.axes
        directions: Array = columns[None, :, None] * right + rows[:, None, None] * down + forward
        return directions
