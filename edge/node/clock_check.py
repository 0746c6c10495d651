"""How far the node's clock is from Beijing time (GA/T 832-2014, 3.2: at most 1.0 s off), by an NTP server or by central.

Central is asked over HTTP as NTP does it: of several questions the one answered fastest counts; central's time belongs to the
middle between question and answer, and half that time is the error of the measurement (RFC 5905, section 8).
"""

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from edge.frames import Clip, Frame, FrameSource, Moments, SourceChange
from yuhang.clock import Clock
from yuhang.errors import YuhangError

log = structlog.get_logger(__name__)

_AGAIN_S = 1.0  # real seconds until all are asked again when none has answered
GOOD_FOR = timedelta(minutes=30)
"""A measurement older than this says nothing any more."""


class TimeUnknownError(YuhangError):
    """Whoever was asked does not tell the time."""


class CentralTimeError(TimeUnknownError):
    """Central does not tell its time."""


class CentralTime(Protocol):
    """Whoever knows central's time."""

    def time(self) -> datetime:
        """Central's time now; raises `CentralTimeError`."""


@dataclass(frozen=True, slots=True)
class ClockOffset:
    """`offset_s` is the node's clock less the reference's, seconds; it is right to within `error_s`."""

    offset_s: float
    error_s: float
    measured_at: datetime
    reference: str


class TimeReference(Protocol):
    """Whose time the node's clock is compared with."""

    @property
    def name(self) -> str:
        """Stands in the record of each picture."""

    @property
    def questions(self) -> int:
        """How often it is asked for one measurement."""

    @property
    def every_s(self) -> float:
        """Real seconds between two measurements."""

    def ask(self, clock: Clock) -> ClockOffset:
        """One answer; raises `TimeUnknownError`."""


class CentralReference:
    """Central's clock."""

    name = "central"
    questions = 5
    every_s = 30.0

    def __init__(self, central: CentralTime) -> None:
        self._central = central

    def ask(self, clock: Clock) -> ClockOffset:
        asked = clock.now()
        there = self._central.time()
        answered = clock.now()
        half = (answered - asked) / 2
        return ClockOffset((asked + half - there).total_seconds(), abs(half.total_seconds()), answered, self.name)


def measure(reference: TimeReference, clock: Clock) -> ClockOffset:
    """Ask several times and keep the best answer; raises `TimeUnknownError`."""
    return min((reference.ask(clock) for _ in range(reference.questions)), key=lambda answer: answer.error_s)


class ClockCheck:
    """Measures now and then on a thread of its own."""

    def __init__(self, references: Sequence[TimeReference], clock: Clock) -> None:
        """Of the references the first that answers counts; with none the offset stays unknown."""
        self._references = tuple(references)
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
        while self._references and not self._stop.wait(wait_s):
            wait_s = self._measure()

    def _measure(self) -> float:
        """Measure once and return the real seconds to wait before the next time."""
        for reference in self._references:
            try:
                self._latest = measure(reference, self._clock)
            except TimeUnknownError as error:
                log.debug("the clock could not be compared", reference=reference.name, error=str(error))
                continue
            for listener in self._listeners:
                listener()
            return reference.every_s
        return _AGAIN_S


class CheckedSource:
    """A source whose frames carry the measured offset of the node's clock."""

    def __init__(self, source: FrameSource, check: ClockCheck) -> None:
        self._source = source
        self._check = check

    def read(self, timeout_s: float, busy: Collection[str] = ()) -> Frame | SourceChange | Moments | None:
        item = self._source.read(timeout_s, busy)
        offset = self._check.latest
        if not isinstance(item, Frame) or offset is None:
            return item
        error_s = round(item.clock.error_s + offset.error_s, 4)
        measured = {
            "offset_s": round(offset.offset_s, 4),
            "error_s": error_s,
            "offset_error_s": round(offset.error_s, 4),
            "reference": offset.reference,
        }
        return replace(item, clock=item.clock.model_copy(update=measured))

    def clip(self, camera: str, start: datetime, end: datetime) -> Clip | None:
        return self._source.clip(camera, start, end)

    def close(self) -> None:
        self._source.close()
