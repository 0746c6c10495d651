"""The node's clock against central's: the quickest answer counts, and every frame carries what was found."""

import threading
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from edge.frames import Clip, Frame, SourceChange
from edge.image import BgrImage
from edge.node.clock_check import GOOD_FOR, CentralReference, CentralTimeError, CheckedSource, ClockCheck, measure
from yuhang.clock import ManualClock
from yuhang.messages import FrameClock, TimeSource


class SlowCentral:
    """Central's clock runs `ahead_s` before the node's; answers take `ways`, seconds there and back."""

    def __init__(self, clock: ManualClock, ahead_s: float, ways: list[tuple[float, float]]) -> None:
        self.clock, self.ahead_s, self.ways = clock, ahead_s, iter(ways)
        self.asked = threading.Event()

    def time(self) -> datetime:
        there, back = next(self.ways, (0.01, 0.01))
        self.clock.advance(there)
        now = self.clock.now() + timedelta(seconds=self.ahead_s)
        self.clock.advance(back)
        return now


class OneFrame:
    """A source with one frame."""

    def read(self, timeout_s: float, busy: Collection[str] = ()) -> Frame | SourceChange | None:
        clock = FrameClock(source=TimeSource.ARRIVAL, error_s=0.1)
        return Frame("gate", 0, datetime(2026, 6, 1, tzinfo=UTC), clock, BgrImage(np.zeros((2, 2, 3), np.uint8)))

    def clip(self, camera: str, start: datetime, end: datetime) -> Clip | None:
        return None

    def close(self) -> None:
        pass


def test_the_quickest_answer_counts() -> None:
    clock = ManualClock()
    central = SlowCentral(clock, ahead_s=2.0, ways=[(0.9, 0.1), (0.02, 0.02), (0.1, 0.5), (0.3, 0.3), (0.2, 0.2)])
    offset = measure(CentralReference(central), clock)
    assert offset.offset_s == pytest.approx(-2.0, abs=1e-6)
    assert offset.error_s == pytest.approx(0.02, abs=1e-6)


@pytest.mark.parametrize(("there", "back"), [(0.9, 0.1), (0.0, 1.0), (1.0, 0.0), (0.4, 0.6)])
def test_the_error_covers_a_lopsided_way(there: float, back: float) -> None:
    clock = ManualClock()
    offset = measure(CentralReference(SlowCentral(clock, ahead_s=0.0, ways=[(there, back)] * 5)), clock)
    assert abs(offset.offset_s) <= offset.error_s + 1e-6


@pytest.fixture
def measured() -> Iterator[tuple[ManualClock, ClockCheck]]:
    clock, done = ManualClock(), threading.Event()
    check = ClockCheck([CentralReference(SlowCentral(clock, ahead_s=0.5, ways=[]))], clock)
    check.on_measured(done.set)
    check.start()
    assert done.wait(5)
    yield clock, check
    check.stop()


def test_frames_carry_the_offset_until_it_is_old(measured: tuple[ManualClock, ClockCheck]) -> None:
    clock, check = measured
    source = CheckedSource(OneFrame(), check)
    frame = source.read(0)
    assert isinstance(frame, Frame)
    assert frame.clock.offset_s == pytest.approx(-0.5)
    assert frame.clock.error_s == pytest.approx(0.11)
    assert (frame.clock.reference, frame.clock.offset_error_s) == ("central", pytest.approx(0.01))
    clock.advance(GOOD_FOR.total_seconds() + 1)
    frame = source.read(0)
    assert isinstance(frame, Frame)
    assert frame.clock.offset_s is None


def test_without_central_the_offset_stays_unknown() -> None:
    class Away:
        def time(self) -> datetime:
            raise CentralTimeError("away")

    for references in ([CentralReference(Away())], []):
        check = ClockCheck(references, ManualClock())
        check.start()
        check.stop()
        frame = CheckedSource(OneFrame(), check).read(0)
        assert isinstance(frame, Frame)
        assert frame.clock.offset_s is None
