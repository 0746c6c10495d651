"""Times of a recording's pictures from its own time stamps: pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

_SMALLEST_STEP = timedelta(milliseconds=1)


@dataclass(slots=True)
class Timeline:
    """`start` is the time of the first picture, whatever its stamp; `interval_s` the nominal time between pictures.

    `named` gives the times of pictures that carry them in their names; their stamps then count pictures from 0.
    """

    start: datetime
    interval_s: float
    named: Sequence[datetime] = ()
    _origin_s: float | None = field(default=None, init=False)
    _next_s: float | None = field(default=None, init=False)
    _last: datetime | None = field(default=None, init=False)

    def place(self, stamp_s: float | None) -> datetime:
        """The time that belongs to a stamp; without one, the nominal interval after the one placed last."""
        if stamp_s is None:
            stamp_s = self._next_s if self._next_s is not None else (self._origin_s or 0.0)
        if self._origin_s is None:
            self._origin_s = stamp_s
        self._next_s = stamp_s + self.interval_s
        if self.named:
            return self.named[min(max(round(stamp_s), 0), len(self.named) - 1)]
        return self.start + timedelta(seconds=stamp_s - self._origin_s)

    def advance(self, time: datetime) -> datetime:
        """`time`, or just after the picture before where it would step back or stand still (AVI knows no order of display)."""
        if self._last is not None and time <= self._last:
            time = self._last + _SMALLEST_STEP
        self._last = time
        return time
