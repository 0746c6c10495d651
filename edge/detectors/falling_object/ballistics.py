"""Whether a path is that of something falling: a curve in metres, fitted robustly. Pure.

Short falls are parabolas. In long ones air drag shows: the acceleration shrinks as the thing gets faster, which a third power of
time follows closely enough. What flies by itself shows no such curve: it keeps its speed, or pulls up.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge.detectors.falling_object.config import FallingObjectConfig
from edge.detectors.falling_object.facade import HeightScale
from edge.detectors.falling_object.linking import FASTEST_ASIDE_M_S, FASTEST_M_S, FASTEST_UP_M_S, Path, Point

Values = NDArray[np.float64]

MOST_DROPPED = 0.2  # of the points: a path may begin or end with a spot that is not its own
LEAST_SEEN = 0.75  # of the pictures in the path's time
RESIDUAL_SHARE = 0.012  # of the drop: R squared of about 0.998, where `max_residual_px` does not ask for more
SURE = 2.0  # standard errors by which the acceleration must exceed half of the least one
LEAST_SIZE_PX = 1.5  # in the middle of its pictures: drops of rain are streaks one pixel wide
DRAG_S = 0.8  # a fall longer than this may show air drag
EXTRA_M_S2 = 4.0  # by which the acceleration at either end of a cubic may overshoot


@dataclass(frozen=True, slots=True)
class Fall:
    """A path that fits. Heights in metres, times in seconds from the source's origin, speeds and accelerations downwards."""

    points: tuple[Point, ...]
    curve: tuple[float, ...]
    """Coefficients of the height over the time since `began_s`, highest power first."""
    residual_px: float
    pixels_a_metre: float
    """Mean scale along the path."""

    @property
    def began_s(self) -> float:
        return self.points[0].at_s

    @property
    def ended_s(self) -> float:
        return self.points[-1].at_s

    @property
    def seen_m(self) -> float:
        """Height when first seen."""
        return self.curve[-1]

    @property
    def speed_m_s(self) -> float:
        """Speed when first seen."""
        return -self.curve[-2]

    @property
    def acceleration_m_s2(self) -> float:
        """Mean over the whole fall."""
        return (self.speed_at(self.ended_s) - self.speed_m_s) / (self.ended_s - self.began_s)

    def height_at(self, at_s: float) -> float:
        """Height of the fitted path at a time, metres."""
        return float(np.polyval(self.curve, at_s - self.began_s))

    def x_at(self, at_s: float) -> float:
        """Where it was aside at a time, pixels; before its first and after its last point as there."""
        return float(np.interp(at_s, [point.at_s for point in self.points], [point.x for point in self.points]))

    def speed_at(self, at_s: float) -> float:
        """Speed of the fitted path at a time, metres a second downwards."""
        return -float(np.polyval(np.polyder(np.array(self.curve)), at_s - self.began_s))

    def acceleration_at(self, at_s: float) -> float:
        """Acceleration of the fitted path at a time, metres a second squared downwards."""
        return -float(np.polyval(np.polyder(np.array(self.curve), 2), at_s - self.began_s))


@dataclass(frozen=True, slots=True)
class _Fit:
    """Coefficients of h(t) and x(t), highest power first, and what they leave over, pixels."""

    height: Values
    aside: Values
    height_px: Values
    aside_px: Values
    pixels_a_metre: float

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
    for _ in range(min(int(len(points) * MOST_DROPPED), len(points) - config.min_points)):
        worst = int(fit.both_px.argmax())
        if fit.both_px[worst] <= max(config.max_residual_px, 3 * _rms(fit.both_px)):
            break
        points = points[:worst] + points[worst + 1 :]
        fit = _fitted(points, scale, top_px)
    fall = Fall(tuple(points), tuple(float(part) for part in fit.height), _rms(fit.height_px), fit.pixels_a_metre)
    return fall if _is_fall(fall, fit, config, frame_s) else None


def _is_fall(fall: Fall, fit: _Fit, config: FallingObjectConfig, frame_s: float) -> bool:
    low, high = config.acceleration_m_s2
    span = fall.ended_s - fall.began_s
    first, last = fall.acceleration_at(fall.began_s), fall.acceleration_at(fall.ended_s)
    fast_px = fall.speed_at(fall.ended_s) * fall.pixels_a_metre * frame_s  # a picture
    drop_px = fall.points[-1].y - fall.points[0].y
    residual_px = min(config.max_residual_px, RESIDUAL_SHARE * drop_px)
    return all(
        (
            low <= fall.acceleration_m_s2 <= high,
            fall.acceleration_m_s2 - SURE * _error_of_acceleration(fall) > low / 2,
            -EXTRA_M_S2 / 2 <= last <= high + EXTRA_M_S2 and low / 2 <= first <= high + EXTRA_M_S2,
            fall.residual_px <= residual_px + 0.03 * fast_px,  # a fast thing is a streak: its middle is less sure
            _rms(fit.aside_px) <= config.max_residual_px,
            fall.seen_m - fall.height_at(fall.ended_s) >= config.min_drop_m,
            fall.speed_m_s >= -FASTEST_UP_M_S and 0 < fall.speed_at(fall.ended_s) <= FASTEST_M_S,
            abs(float(fit.aside[-2])) <= FASTEST_ASIDE_M_S,
            len(fall.points) >= LEAST_SEEN * span / frame_s,
            float(np.median([point.spot.size for point in fall.points])) >= LEAST_SIZE_PX,
        )
    )


def _fitted(points: list[Point], scale: HeightScale, top_px: float) -> _Fit:
    times = np.array([point.at_s for point in points]) - points[0].at_s
    rows = np.array([point.y for point in points]) + top_px
    heights, pixels = scale.metres(rows), scale.pixels_a_metre(rows)
    x = np.array([point.x for point in points])
    degree = 3 if times[-1] >= DRAG_S else 2
    height, aside = np.polyfit(times, heights, degree), np.polyfit(times, x, degree - 1)
    left_over_m = np.polyval(height, times) - heights
    mean = float(pixels.mean())
    return _Fit(height, aside / mean, left_over_m * pixels, np.polyval(aside, times) - x, mean)


def _rms(values: Values) -> float:
    return float(np.sqrt(np.mean(values**2)))


def _error_of_acceleration(fall: Fall) -> float:
    """Standard error of the acceleration, m/s^2 (a quadratic through evenly spread points, each off by the residual)."""
    count, span = len(fall.points), fall.ended_s - fall.began_s
    return float(max(fall.residual_px, 0.3) / fall.pixels_a_metre * (720.0 / count) ** 0.5 / span**2)
