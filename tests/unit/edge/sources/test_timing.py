"""Frame times from time stamps and arrivals: jitter, bursts, stalls, jumps, wraps, clock steps, a clock that runs faster."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.sources.timing import FrameTimer
from yuhang.messages import TimeSource

START = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def feed(timer: FrameTimer, stamps: list[float], arrivals: list[float]) -> list[float]:
    """Times given out, in seconds after START."""
    times = []
    for stamp, arrival in zip(stamps, arrivals, strict=True):
        timer.arrived(stamp, after(arrival))
        times.append((timer.stamp(stamp).time - START).total_seconds())
    return times


def test_jitter_is_smoothed() -> None:
    rng = random.Random(1)
    stamps = [i * 0.04 for i in range(500)]
    arrivals = [stamp + 0.010 + rng.expovariate(1 / 0.02) for stamp in stamps]
    times = feed(FrameTimer(), stamps, arrivals)
    late = [time - stamp for time, stamp in zip(times, stamps, strict=True)][100:]
    assert max(late) - min(late) < 0.005
    assert all(0.009 < value < 0.02 for value in late)


def test_a_picture_is_never_later_than_its_arrival() -> None:
    rng = random.Random(2)
    stamps = [i * 0.2 for i in range(200)]
    arrivals = [stamp + rng.random() for stamp in stamps]
    arrivals.sort()
    timer = FrameTimer()
    for stamp, arrival in zip(stamps, arrivals, strict=True):
        timer.arrived(stamp, after(arrival))
        assert timer.time_of(stamp) <= after(arrival)


def test_a_stall_and_its_burst_do_not_move_time() -> None:
    stamps = [i * 0.1 for i in range(100)]
    arrivals = [stamp + 0.02 if stamp < 3 or stamp > 6 else 6.02 for stamp in stamps]
    times = feed(FrameTimer(), stamps, arrivals)
    assert times[50] == pytest.approx(5.02, abs=0.01)


def test_the_error_tells_how_well_the_time_is_known() -> None:
    steady, shaky = FrameTimer(), FrameTimer()
    rng = random.Random(3)
    for i in range(200):
        steady.arrived(i * 0.1, after(i * 0.1 + 0.02))
        shaky.arrived(i * 0.1, after(i * 0.1 + rng.random() * 2))
    assert steady.stamp(19.9).clock.error_s < 0.001
    assert 0.2 < shaky.stamp(19.9).clock.error_s < 1.5


@pytest.mark.parametrize(
    ("jump", "words"), [(-50.0, "stepped back"), (500.0, "jumped ahead"), (-(2**33) / 90_000, "stepped back")]
)
def test_time_stamps_that_begin_anew_are_reported_and_time_goes_on(jump: float, words: str) -> None:
    timer = FrameTimer()
    base = 95_443.0
    for i in range(100):
        assert timer.arrived(base + i * 0.1, after(i * 0.1)) == ""
        timer.stamp(base + i * 0.1)
    reasons, times = [], []
    for i in range(100, 200):
        stamp = base + i * 0.1 + jump
        reasons.append(timer.arrived(stamp, after(i * 0.1)))
        times.append((timer.stamp(stamp).time - START).total_seconds())
    assert words in reasons[0]
    assert not any(reasons[1:])
    assert times == pytest.approx([i * 0.1 for i in range(100, 200)], abs=0.01)


def test_pictures_out_of_order_are_no_jump() -> None:
    timer = FrameTimer()
    order = [0, 3, 1, 2, 6, 4, 5, 9, 7, 8]
    assert not any(timer.arrived(number * 0.04, after(place * 0.04 + 0.12)) for place, number in enumerate(order))


def test_a_clock_stepped_back_slows_time_down_and_shows_as_error() -> None:
    timer = FrameTimer()
    for i in range(100):
        timer.arrived(i * 0.1, after(i * 0.1))
        last = timer.stamp(i * 0.1)
    for i in range(100, 150):
        timer.arrived(i * 0.1, after(i * 0.1 - 1.5))
        stamp = timer.stamp(i * 0.1)
        assert stamp.time > last.time
        last = stamp
    assert 0.0 <= stamp.clock.error_s < 0.2
    assert (stamp.time - after(14.9 - 1.5)).total_seconds() < 0.1


def test_time_goes_on_across_connections() -> None:
    timer = FrameTimer(not_before=after(10.0))
    timer.arrived(0.0, after(9.0))
    assert timer.stamp(0.0).time > after(10.0)


def test_scene_time_runs_as_fast_as_the_clock() -> None:
    """The demo: time stamps and the clock both run twelve times as fast as real time."""
    speed, rng = 12.0, random.Random(4)
    timer = FrameTimer(speed=speed)
    times, stamps = [], [i * 0.2 for i in range(400)]
    for stamp in stamps:
        real_s = stamp / speed + 0.01 + rng.random() * 0.03
        assert timer.arrived(stamp, after(real_s * speed)) == ""
        times.append((timer.stamp(stamp).time - START).total_seconds())
    late = [time - stamp for time, stamp in zip(times, stamps, strict=True)][50:]
    assert max(late) - min(late) < 0.1
    assert timer.stamp(stamps[-1] + 0.2).clock.error_s < 0.5


def test_the_cameras_own_time_is_taken_where_it_agrees() -> None:
    timer = FrameTimer(camera_tolerance_s=1.0)
    for i in range(50):
        timer.arrived(i * 0.1, after(i * 0.1 + 0.3), camera_time=after(i * 0.1))
    stamp = timer.stamp(4.9)
    assert stamp.clock.source is TimeSource.CAMERA
    assert stamp.time == after(4.9)
    assert stamp.clock.error_s == pytest.approx(0.3, abs=0.01)


@pytest.mark.parametrize(("tolerance", "off"), [(1.0, 28_800.0), (None, 0.0)])
def test_a_camera_whose_clock_is_wrong_is_not_believed(tolerance: float | None, off: float) -> None:
    timer = FrameTimer(camera_tolerance_s=tolerance)
    for i in range(50):
        timer.arrived(i * 0.1, after(i * 0.1 + 0.3), camera_time=after(i * 0.1 + off))
    assert timer.stamp(4.9).clock.source is TimeSource.ARRIVAL


@given(
    st.lists(
        st.tuples(st.floats(-100, 100_000), st.floats(0, 50)).map(lambda pair: (round(pair[0], 3), round(pair[1], 3))),
        min_size=1,
        max_size=60,
    )
)
def test_time_never_steps_back_whatever_comes(steps: list[tuple[float, float]]) -> None:
    timer, arrival, last = FrameTimer(), 0.0, None
    for stamp, waited in steps:
        arrival += waited
        timer.arrived(stamp, after(arrival))
        given_out = timer.stamp(stamp)
        assert last is None or given_out.time > last
        assert given_out.clock.error_s >= 0
        last = given_out.time


def test_a_picture_still_in_the_decoder_when_stamps_begin_anew_is_not_from_the_future() -> None:
    timer = FrameTimer()
    for i in range(50):
        timer.arrived(i * 0.1, after(i * 0.1))
        timer.stamp(i * 0.1)
    assert timer.arrived(0.0, after(5.0))
    assert timer.stamp(4.9).time <= after(5.0)
    timer.arrived(0.1, after(5.1))
    assert timer.stamp(0.1).time == after(5.1)


@given(st.lists(st.tuples(st.floats(0.01, 5), st.floats(0, 4)), min_size=1, max_size=60))
def test_the_estimate_is_that_of_the_least_delayed_picture_of_the_window(steps: list[tuple[float, float]]) -> None:
    timer, stamp, arrival, seen = FrameTimer(), 0.0, 0.0, list[tuple[float, float]]()
    for step, delay in steps:
        stamp += step
        arrival = max(arrival, stamp + delay)
        if timer.arrived(stamp, after(arrival)):
            seen.clear()
        seen.append((arrival, arrival - stamp))
        least = min(offset for came, offset in seen if arrival - came <= 30.0)
        assert abs((timer.time_of(stamp) - after(stamp + least)).total_seconds()) < 1e-4
