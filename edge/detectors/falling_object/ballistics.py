"""Whether a path is that of something falling: a parabola in metres, fitted robustly. Pure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge.detectors.falling_object.config import FallingObjectConfig
from edge.detectors.falling_object.facade import HeightScale
from edge.detectors.falling_object.linking import FASTEST_ASIDE_M_S, FASTEST_M_S, FASTEST_UP_M_S, Path, Point

Values = NDArray[np.float64]

MOST_DROPPED = 0.2  # of the points: a path may begin or end with a spot that is not its own
LEAST_SEEN = 0.5  # of the pictures in the path's time
SURE = 2.0  # standard errors by which the acceleration must exceed half of the least one


@dataclass(frozen=True, slots=True)
class Fall:
    """A path that fits: heights in metres, times in seconds from the source's origin, speeds downwards."""

    points: tuple[Point, ...]
    began_s: float
    ended_s: float
    seen_m: float
    speed_m_s: float
    """When first seen."""
    acceleration_m_s2: float
    residual_px: float

    def height_at(self, at_s: float) -> float:
        """Height of the fitted path at a time, metres."""
        passed = at_s - self.began_s
        return self.seen_m - self.speed_m_s * passed - self.acceleration_m_s2 * passed**2 / 2

    def x_at(self, at_s: float) -> float:
        """Where it was aside, pixels, from its first and last point."""
        first, last = self.points[0], self.points[-1]
        share = (at_s - first.at_s) / (last.at_s - first.at_s)
        return first.x + (last.x - first.x) * share


@dataclass(frozen=True, slots=True)
class _Fit:
    """Coefficients of h(t) and x(t), highest power first, and what they leave over, pixels."""

    height: Values
    aside: Values
    height_px: Values
    aside_px: Values

    @property
    def both_px(self) -> Values:
        return np.hypot(self.height_px, self.aside_px)


def judge(path: Path, config: FallingObjectConfig, scale: HeightScale, frame_s: float, top_px: float = 0.0) -> Fall | None:
    """The fall that a path shows, or None.

    `frame_s` is the time between two pictures, `top_px` the row of the picture at which the crop begins.
    """
    if len(path.points) < config.min_points:
        return None
    points = path.points
    fit = _fitted(points, scale, top_px)
    for _ in range(max(0, min(int(len(points) * MOST_DROPPED), len(points) - config.min_points))):
        worst = int(fit.both_px.argmax())
        if fit.both_px[worst] <= max(1.5, 3 * float(np.sqrt(np.mean(fit.both_px**2)))) and _rms(fit) <= config.max_residual_px:
            break
        points = points[:worst] + points[worst + 1 :]
        fit = _fitted(points, scale, top_px)
    return _fall(points, fit, config, scale, frame_s)


def _fall(points: list[Point], fit: _Fit, config: FallingObjectConfig, scale: HeightScale, frame_s: float) -> Fall | None:
    span = points[-1].at_s - points[0].at_s
    acceleration = -2 * float(fit.height[0])
    speed = -float(fit.height[1])
    fall = Fall(
        points=tuple(points),
        began_s=points[0].at_s,
        ended_s=points[-1].at_s,
        seen_m=float(fit.height[2]),
        speed_m_s=speed,
        acceleration_m_s2=acceleration,
        residual_px=_rms(fit),
    )
    end_speed = speed + acceleration * span
    drop_m = fall.seen_m - fall.height_at(fall.ended_s)
    low, high = config.acceleration_m_s2
    fast_px = abs(points[-1].y - points[-2].y)
    fits = (
        low <= acceleration <= high,
        acceleration - SURE * _error_of_acceleration(points, fit, scale) > low / 2,
        fall.residual_px <= config.max_residual_px + 0.04 * fast_px,  # what is fast is a streak, and its middle is less sure
        float(np.sqrt(np.mean(fit.aside_px**2))) <= config.max_residual_px,
        drop_m >= config.min_drop_m,
        speed >= -FASTEST_UP_M_S and 0 < end_speed <= FASTEST_M_S,
        abs(float(fit.aside[0])) <= FASTEST_ASIDE_M_S,
        len(points) >= LEAST_SEEN * span / frame_s,
    )
    return fall if all(fits) else None


def _fitted(points: list[Point], scale: HeightScale, top_px: float) -> _Fit:
    times = np.array([point.at_s for point in points]) - points[0].at_s
    rows = np.array([point.y for point in points]) + top_px
    heights, pixels = scale.metres(rows), scale.pixels_a_metre(rows)
    x = np.array([point.x for point in points]) / float(pixels.mean())
    height = np.polyfit(times, heights, 2)
    aside = np.polyfit(times, x, 1)
    return _Fit(
        height, aside, (np.polyval(height, times) - heights) * pixels, (np.polyval(aside, times) - x) * float(pixels.mean())
    )


def _rms(fit: _Fit) -> float:
    return float(np.sqrt(np.mean(fit.height_px**2)))


def _error_of_acceleration(points: list[Point], fit: _Fit, scale: HeightScale) -> float:
    """Standard error of the acceleration, m/s^2 (a quadratic through evenly spread points, each off by the residual)."""
    count, span = len(points), points[-1].at_s - points[0].at_s
    pixels = float(scale.pixels_a_metre(np.array([points[0].y])).mean())
    residual_m = max(_rms(fit), 0.3) / pixels
    return float(residual_m * (720.0 / count) ** 0.5 / span**2)
