"""The queue: one page of cases and the filters that chose them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from central.cases.playbook import Playbook
from central.cases.queries import CasePage, CaseQuery
from central.cases.tables import Case
from central.screens.components.filters import Choice, address
from central.screens.scene import Scene
from central.screens.theme import Tone
from central.screens.views.naming import state_title, state_tone, states_for_person
from central.supervision.behind import Behind

PAGE_SIZE = 20
FOR_A_PERSON = "todo"  # the filter value for all states in which a case waits for a person


@dataclass(frozen=True, slots=True)
class QueueQuery:
    """The filters of the queue, as they stand in the address."""

    search: str = ""
    state: str = ""
    zone: str = ""
    red: str = ""
    day: str = ""
    behind: Behind = field(default_factory=Behind)  # what a figure of the supervisor's page counts
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
            behind=Behind.from_address(values),
            page=max(1, int(page)) if page.isdecimal() and len(page) < 7 else 1,
        )

    def filters(self) -> dict[str, str]:
        """The filters without the page, for links."""
        own = {"search": self.search, "state": self.state, "zone": self.zone, "red": self.red, "day": self.day}
        return own | self.behind.filters()

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


def case_query(query: QueueQuery, playbook: Playbook, day_start: datetime) -> CaseQuery:
    """What the filters ask the cases for; work that waits for a person comes oldest first."""
    wanted = [state for state in query.state.split(",") if state in playbook.states]
    states = states_for_person(playbook) if query.state == FOR_A_PERSON else tuple(wanted)
    return CaseQuery(
        states=states,
        zone=query.zone,
        search=query.search,
        red_light=query.red == "yes",
        opened_from=day_start if query.day else None,
        oldest_first=query.state == FOR_A_PERSON,
        also=query.behind.conditions(),
        page=query.page,
        size=PAGE_SIZE,
    )


@dataclass(frozen=True, slots=True)
class Around:
    """What names a case's surroundings: places by address code, zone names by slug, next deadlines by case id."""

    places: Mapping[str, str]
    zones: Mapping[str, str]
    due: Mapping[str, datetime]

    def place(self, case: Case) -> str:
        """Where the case is, as people call it."""
        zone = self.zones.get(case.zone, case.zone)
        place = self.places.get(case.address)
        return f"{place} · {zone}" if place else zone


def queue_view(scene: Scene, playbook: Playbook, query: QueueQuery, found: CasePage, around: Around) -> QueueView:
    """One page of the list."""
    todo = Choice(FOR_A_PERSON, scene.t("queue.todo"))
    states = (Choice(state, state_title(scene, playbook, state)) for state in playbook.states if state != playbook.initial)
    several = (Choice(query.state, scene.t("queue.several")),) if "," in query.state else ()
    return QueueView(
        query=query,
        rows=tuple(_row(scene, playbook, query, case, around) for case in found.cases),
        total=found.total,
        pages=max(1, -(-found.total // PAGE_SIZE)),
        states=(todo, *several, *states),
        zones=tuple(Choice(zone, name) for zone, name in sorted(around.zones.items(), key=lambda item: item[1])),
    )


def _row(scene: Scene, playbook: Playbook, query: QueueQuery, case: Case, around: Around) -> CaseRow:
    red_light = case.red_light_at is not None and case.closed_at is None
    return CaseRow(
        href=address(f"/cases/{case.id}", query.filters()),
        number=case.number,
        plate=case.plate,
        plate_colour=case.plate_colour,
        place=around.place(case),
        tone=state_tone(playbook, case.state, red_light=red_light),
        state=state_title(scene, playbook, case.state),
        since=case.moment_times().get("stopped_at", case.opened_at),
        due_at=around.due.get(case.id),
        red_light=red_light,
    )
