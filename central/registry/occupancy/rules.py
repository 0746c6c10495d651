"""Which car parks may be offered to a driver. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from central.cases.calendar import BEIJING
from central.registry.document import is_open

MAX_FUTURE = timedelta(seconds=60)
"""A count from farther in the future than this comes from a wrong clock."""


class Countable(Protocol):
    """A car park with what is known of it."""

    @property
    def free(self) -> int: ...
    @property
    def closed(self) -> bool: ...
    @property
    def counted_at(self) -> datetime | None: ...
    @property
    def written_at(self) -> datetime | None: ...
    @property
    def opens(self) -> str: ...
    @property
    def closes(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """One count: `free` or `closed` is None where the source does not say; `at` is its own time, or that of reception."""

    code: str
    at: datetime
    free: int | None = None
    closed: bool | None = None


@dataclass(frozen=True, slots=True)
class Ages:
    """For how long a number of free spaces is relied on: one that was counted, and one that was written by hand."""

    counted: timedelta
    written: timedelta


def is_known(park: Countable, now: datetime, ages: Ages) -> bool:
    """Whether the number of free spaces can be relied on: counted, or written by hand where nobody counts, recently enough."""
    at, age = (park.written_at, ages.written) if park.counted_at is None else (park.counted_at, ages.counted)
    return at is not None and now - age <= at <= now + MAX_FUTURE


def may_be_offered(park: Countable, now: datetime, ages: Ages) -> bool:
    """Never one that is full, closed by its operator, closed at this hour in Beijing, or of which nothing is known any more."""
    if park.closed or park.free <= 0 or not is_known(park, now, ages):
        return False
    return is_open(park.opens, park.closes, now.astimezone(BEIJING))
