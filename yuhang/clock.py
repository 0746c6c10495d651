"""Time handed in, never taken: every part that needs the time receives a `Clock`.

The demo runs all its processes on one `ScaledClock`, so that ten minutes of grace pass in less than one; every process that
is given the same origin and speed agrees on the time without talking to the others.
"""

import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Wall-clock time in UTC and waiting measured in that same time."""

    @property
    def speed(self) -> float:
        """Seconds of this clock that pass in one real second (1.0 except in a demo)."""

    def now(self) -> datetime:
        """Now, timezone-aware UTC."""

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Wait until `event` is set or `seconds` of this clock have passed; true if the event is set."""


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's own clock."""

    speed: float = 1.0

    def now(self) -> datetime:
        return datetime.now(UTC)

    def wait(self, event: threading.Event, seconds: float) -> bool:
        return event.wait(max(0.0, seconds))


@dataclass(frozen=True, slots=True)
class ScaledClock:
    """A clock that stood at `origin` when the real time was `real_origin` and runs `speed` times as fast."""

    origin: datetime
    real_origin: datetime
    speed: float

    @classmethod
    def starting_now(cls, speed: float) -> "ScaledClock":
        """A clock that agrees with the real time now and runs away from it `speed` times as fast."""
        now = datetime.now(UTC)
        return cls(origin=now, real_origin=now, speed=speed)

    def now(self) -> datetime:
        return self.origin + (datetime.now(UTC) - self.real_origin) * self.speed

    def wait(self, event: threading.Event, seconds: float) -> bool:
        return event.wait(max(0.0, seconds) / self.speed)


@dataclass(slots=True)
class ManualClock:
    """A clock for tests: it moves only when told to, also backwards."""

    current: datetime = field(default_factory=lambda: datetime(2026, 6, 1, 1, 0, tzinfo=UTC))
    speed: float = 1.0

    def now(self) -> datetime:
        return self.current

    def wait(self, event: threading.Event, seconds: float) -> bool:
        if not event.is_set():
            self.advance(seconds)
            time.sleep(0)  # let the thread that may set the event run
        return event.is_set()

    def advance(self, seconds: float) -> datetime:
        """Step by `seconds` (negative steps back) and return the new time."""
        self.current += timedelta(seconds=seconds)
        return self.current
