"""Falls as points in pixels, for the tests of the rules."""

from collections.abc import Callable

import numpy as np

from edge.detectors.falling_object.config import FallingObjectConfig, KnownHeight
from edge.detectors.falling_object.facade import HeightScale
from edge.detectors.falling_object.linking import Path, Point
from edge.detectors.falling_object.spots import Spot

FRAME_S = 0.04
HEIGHT_PX = 720
PIXELS_A_METRE = 20.0  # the ground is row 720, 36 m is row 0
CONFIG = FallingObjectConfig(kind="falling_object", heights=(KnownHeight(y=0.0, metres=36.0), KnownHeight(y=1.0, metres=0.0)))
SCALE = HeightScale(CONFIG.heights, HEIGHT_PX)


def path(
    height_at: Callable[[float], float],
    seconds: float,
    *,
    x: float = 300.0,
    aside_m_s: float = 0.0,
    noise_px: float = 0.0,
    seed: int = 0,
    begins_s: float = 0.0,
    size_px: float = 4.0,
) -> Path:
    """Points of a thing whose height (metres) over time is known, each off by about `noise_px`."""
    random = np.random.default_rng(seed)
    points = []
    for at_s in np.arange(0.0, seconds, FRAME_S):
        dx, dy = random.normal(0, noise_px, 2) if noise_px else (0.0, 0.0)
        y = HEIGHT_PX - height_at(float(at_s)) * PIXELS_A_METRE
        spot = Spot(x + aside_m_s * PIXELS_A_METRE * float(at_s) + float(dx), y + float(dy), size_px)
        points.append(Point(begins_s + float(at_s), spot))
    return Path(points)


def free_fall(from_m: float, speed_m_s: float = 0.0, acceleration: float = 9.81) -> Callable[[float], float]:
    """Height over time; the speed is downwards."""
    return lambda at_s: from_m - speed_m_s * at_s - acceleration * at_s**2 / 2
