"""How far the node's clock is from central's, which stands for Beijing time (GA/T 832-2014, 3.2: at most 1.0 s off).

Measured over HTTP as NTP does it: of several questions the one answered fastest counts; central's time belongs to the middle
between question and answer, and half that time is the error of the measurement (RFC 5905, section 8).
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from edge.frames import Clip, Frame, FrameSource, SourceChange
from yuhang.clock import Clock
from yuhang.errors import YuhangError

log = structlog.get_logger(__name__)

QUESTIONS = 5
EVERY_S = 30.0
"""Real seconds between two measurements."""
GOOD_FOR = timedelta(minutes=30)
"""A measurement older than this says nothing any more."""


class CentralTimeError(YuhangError):
    """Central does not tell its time."""


class CentralTime(Protocol):
    """Whoever knows central's time."""

    def time(self) -> datetime:
        """Central's time now; raises `CentralTimeError`."""


@dataclass(frozen=True, slots=True)
class ClockOffset:
    """`offset_s` is the node's clock less central's, seconds; it is right to within `error_s`."""

    offset_s: float
    error_s: float
    measured_at: datetime


def measure(central: CentralTime, clock: Clock) -> ClockOffset:
    """Ask several times and keep the best answer; raises `CentralTimeError`."""
    return min((_ask(central, clock) for _ in range(QUESTIONS)), key=lambda answer: answer.error_s)


def _ask(central: CentralTime, clock: Clock) -> ClockOffset:
    asked = clock.now()
    there = central.time()
    answered = clock.now()
    half = (answered - asked) / 2
    return ClockOffset((asked + half - there).total_seconds(), abs(half.total_seconds()), answered)


class ClockCheck:
    """Measures now and then on a thread of its own."""

    def __init__(self, central: CentralTime | None, clock: Clock) -> None:
        self._central = central
        self._clock = clock
        self._latest: ClockOffset | None = None
        self._stop = threading.Event()
        self._listeners: list[Callable[[], None]] = []
        self._thread = threading.Thread(target=self._run, name="clock", daemon=True)

    def on_measured(self, listener: Callable[[], None]) -> None:
        """Call this after each measurement, on the thread that measures."""
        self._listeners.append(listener)

    @property
    def latest(self) -> ClockOffset | None:
        """The latest measurement, or None while none is fresh enough to rely on."""
        latest = self._latest
        return latest if latest is not None and self._clock.now() - latest.measured_at <= GOOD_FOR else None

    def start(self) -> None:
        """Begin to measure."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        wait_s = 0.0
        while self._central is not None and not self._stop.wait(wait_s):
            wait_s = EVERY_S
            try:
                self._latest = measure(self._central, self._clock)
            except CentralTimeError as error:
                wait_s = 1.0
                log.debug("the clock could not be compared with central's", error=str(error))
                continue
            for listener in self._listeners:
                listener()


class CheckedSource:
    """A source whose frames carry the measured offset of the node's clock."""

    def __init__(self, source: FrameSource, check: ClockCheck) -> None:
        self._source = source
        self._check = check

    def read(self, timeout_s: float) -> Frame | SourceChange | None:
        item = self._source.read(timeout_s)
        offset = self._check.latest
        if not isinstance(item, Frame) or offset is None:
            return item
        error_s = round(item.clock.error_s + offset.error_s, 4)
        return replace(item, clock=item.clock.model_copy(update={"offset_s": round(offset.offset_s, 4), "error_s": error_s}))

    def clip(self, camera: str, start: datetime, end: datetime) -> Clip | None:
        return self._source.clip(camera, start, end)

    def close(self) -> None:
        self._source.close()
