"""Clocks: what is shared agrees, what is fast is fast, what is stepped is stepped."""

import threading
import time
from datetime import UTC, datetime, timedelta

from yuhang.clock import ManualClock, ScaledClock, SystemClock


def test_a_fast_clock_waits_in_its_own_seconds() -> None:
    clock = ScaledClock.starting_now(100.0)
    started, real = clock.now(), time.monotonic()
    assert not clock.wait(threading.Event(), 5.0)
    assert time.monotonic() - real < 2.0
    assert clock.now() - started >= timedelta(seconds=5)


def test_processes_that_share_the_origins_agree() -> None:
    origin, real_origin = datetime(2026, 6, 1, tzinfo=UTC), datetime.now(UTC)
    one, two = ScaledClock(origin, real_origin, 20.0), ScaledClock(origin, real_origin, 20.0)
    assert abs(one.now() - two.now()) < timedelta(seconds=20)
    assert one.now() >= origin


def test_times_are_aware_and_utc() -> None:
    for clock in (SystemClock(), ScaledClock.starting_now(3.0), ManualClock()):
        assert clock.now().utcoffset() == timedelta(0)


def test_waiting_ends_with_the_event() -> None:
    event = threading.Event()
    event.set()
    assert SystemClock().wait(event, 60)
    assert ScaledClock.starting_now(2.0).wait(event, 60)
    assert ManualClock().wait(event, 60)


def test_a_manual_clock_moves_only_when_told_also_backwards() -> None:
    clock = ManualClock()
    start = clock.now()
    assert clock.now() == start
    assert not clock.wait(threading.Event(), 30)
    assert clock.now() == start + timedelta(seconds=30)
    assert clock.advance(-60) == start - timedelta(seconds=30)
