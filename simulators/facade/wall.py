"""The empty facade: wall, windows, balconies, sky and ground."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from simulators.facade.scene import FLOOR_M, Building, Light
from simulators.facade.view import FacadeView

Image = NDArray[np.uint8]
Points = NDArray[np.float64]

SHIFT = 4  # fractional bits of drawn corners
BRIGHTNESS: dict[Light, float] = {"day": 1.0, "dusk": 0.5, "night": 0.28}
LIT: tuple[int, int, int] = (120, 190, 225)
COLUMNS = 8


@dataclass(frozen=True, slots=True)
class Window:
    """A window's corners in pixels, and whether it is lit."""

    corners: Points
    lit: bool


@dataclass(frozen=True, slots=True)
class Wall:
    """The picture of a facade on which nothing moves."""

    image: Image
    windows: tuple[Window, ...]


def draw_wall(building: Building, view: FacadeView, light: Light) -> Wall:
    """The facade in this light; the same seed gives the same one."""
    random = np.random.default_rng(building.seed)
    brightness = BRIGHTNESS[light]
    image = np.full((view.height, view.width, 3), np.array([215, 205, 190]) * brightness, np.float32)
    half = building.width_m / 2
    ground = view.corners(-500, -30, 500, 0)
    _fill(image, ground, np.array([95, 100, 100]) * brightness)
    tone = random.uniform(120, 180)
    _fill(image, view.corners(-half, 0, half, building.height_m), np.array([tone * 0.92, tone * 0.97, tone]) * brightness)
    windows = []
    for floor in range(building.floors):
        low = floor * FLOOR_M
        _fill(image, view.corners(-half, low - 0.12, half, low + 0.12), np.full(3, tone * 0.8 * brightness))
        for column in range(COLUMNS):
            middle = -half + (column + 0.5) * building.width_m / COLUMNS
            wide = random.uniform(0.6, 1.0)
            corners = view.corners(middle - wide, low + 0.9, middle + wide, low + 2.4)
            lit = light != "day" and random.random() < 0.4
            glass = np.array(LIT, np.float64) if lit else np.array([90, 80, 70]) * brightness * random.uniform(0.6, 1.5)
            _fill(image, corners, glass)
            windows.append(Window(corners, lit))
    texture = cv2.GaussianBlur(random.normal(0, 9, image.shape[:2]).astype(np.float32), (0, 0), 1.2)
    image += (texture * brightness)[..., None]
    return Wall(np.clip(cv2.GaussianBlur(image, (0, 0), 0.6), 0, 255).astype(np.uint8), tuple(windows))


def _fill(image: NDArray[np.float32], corners: Points, colour: NDArray[np.float64]) -> None:
    points = np.round(corners * 2**SHIFT).astype(np.int32)
    cv2.fillConvexPoly(image, points, tuple(float(part) for part in colour), cv2.LINE_8, SHIFT)


def switch(image: Image, window: Window) -> None:
    """Draw the window with its light the other way round."""
    colour = (60, 52, 45) if window.lit else LIT
    cv2.fillConvexPoly(image, np.round(window.corners * 2**SHIFT).astype(np.int32), colour, cv2.LINE_AA, SHIFT)
