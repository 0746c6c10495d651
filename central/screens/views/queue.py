"""The queue: one page of cases and the filters that chose them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from central.screens.components.filters import Choice
from central.screens.theme import Tone

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class QueueQuery:
    """The filters of the queue, as they stand in the address."""

    search: str = ""
    state: str = ""
    zone: str = ""
    red: str = ""
    day: str = ""
    page: int = 1

    @classmethod
    def from_address(cls, values: Mapping[str, str]) -> "QueueQuery":
        """Read the query of an address; what is not understood falls back to its default."""
        page = values.get("page", "")
        return cls(
            search=values.get("search", "").strip()[:100],
            state=values.get("state", "")[:200],
            zone=values.get("zone", "")[:64],
            red="yes" if values.get("red") == "yes" else "",
            day="today" if values.get("day") == "today" else "",
            page=max(1, int(page)) if page.isdecimal() and len(page) < 7 else 1,
        )

    def filters(self) -> dict[str, str]:
        """The filters without the page, for links."""
        return {"search": self.search, "state": self.state, "zone": self.zone, "red": self.red, "day": self.day}

    @property
    def narrowed(self) -> bool:
        """Whether any filter is set."""
        return any(self.filters().values())


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case in the list."""

    href: str
    number: str
    plate: str | None
    plate_colour: str | None
    place: str
    tone: Tone
    state: str
    since: datetime
    due_at: datetime | None
    red_light: bool


@dataclass(frozen=True, slots=True)
class QueueView:
    """One page of the list."""

    query: QueueQuery
    rows: tuple[CaseRow, ...]
    total: int
    pages: int
    states: tuple[Choice, ...]
    zones: tuple[Choice, ...]
