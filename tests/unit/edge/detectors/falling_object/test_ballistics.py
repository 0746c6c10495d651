"""What counts as a fall and what does not, with the truth known."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.detectors.falling_object.ballistics import Fall, judge
from edge.detectors.falling_object.linking import Path
from tests.unit.edge.detectors.falling_object.falls import CONFIG, FRAME_S, SCALE, free_fall, path


def judged(way: Path) -> Fall | None:
    return judge(way, CONFIG, SCALE, FRAME_S)


@given(
    from_m=st.floats(8, 35),
    speed=st.floats(-2, 4),
    aside=st.floats(-4, 4),
    seed=st.integers(0, 10_000),
)
def test_every_free_fall_is_one_whatever_its_start(from_m: float, speed: float, aside: float, seed: int) -> None:
    lands_s = (-speed + math.sqrt(speed**2 + 2 * 9.81 * from_m)) / 9.81
    fall = judged(path(free_fall(from_m, speed), lands_s, aside_m_s=aside, noise_px=0.4, seed=seed))
    assert fall is not None
    assert fall.acceleration_m_s2 == pytest.approx(9.81, abs=1.5)
    assert fall.seen_m == pytest.approx(from_m, abs=0.3)


@given(speed=st.floats(0.5, 25), aside=st.floats(-8, 8), seed=st.integers(0, 10_000))
def test_what_keeps_its_speed_never_falls(speed: float, aside: float, seed: int) -> None:
    """Rain, leaves and birds on their way down."""
    assert judged(path(lambda at_s: 34 - speed * at_s, min(3.0, 33 / speed), aside_m_s=aside, noise_px=0.4, seed=seed)) is None


@pytest.mark.parametrize("deep_m", [3.0, 6.0, 12.0])
def test_a_bird_that_dives_and_pulls_up_does_not_fall(deep_m: float) -> None:
    way = path(lambda at_s: 30 - deep_m * math.sin(math.pi * at_s / 2.4) ** 2, 2.4, aside_m_s=6, noise_px=0.4)
    assert judged(way) is None


def test_air_drag_in_a_long_fall_is_still_a_fall() -> None:
    terminal = 20.0

    def height(at_s: float) -> float:
        return 35 - terminal**2 / 9.81 * math.log(math.cosh(9.81 * at_s / terminal))

    fall = judged(path(height, 2.6, noise_px=0.4))
    assert fall is not None
    assert fall.acceleration_m_s2 < 8


def test_a_path_with_strange_points_at_its_ends_is_still_a_fall() -> None:
    way = path(free_fall(20), 1.2, noise_px=0.3)
    way.points[0] = path(lambda _: 22.0, 0.04, x=310).points[0]
    way.points[-1] = path(lambda _: 10.0, 0.04, x=250, begins_s=way.points[-1].at_s).points[0]
    assert judged(way) is not None


@pytest.mark.parametrize("seconds", [0.24, 0.5])
def test_too_short_to_say(seconds: float) -> None:
    """Seven pictures, or a drop of less than two metres."""
    assert judged(path(free_fall(20), seconds)) is None


def test_something_that_rises_does_not_fall() -> None:
    assert judged(path(free_fall(5, -12.0), 1.0)) is None


def test_streaks_one_pixel_wide_are_rain_whatever_their_path() -> None:
    assert judged(path(free_fall(20), 1.2, size_px=3.0)) is not None
    assert judged(path(free_fall(20), 1.2, size_px=1.0)) is None
