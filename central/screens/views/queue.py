"""The queue: one page of cases and the filters that chose them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from central.cases.playbook import Playbook
from central.cases.queries import CasePage, CaseQuery
from central.cases.tables import Case
from central.screens.components.filters import Choice, address
from central.screens.scene import Scene
from central.screens.theme import Tone
from central.screens.views.naming import say, state_title, state_tone, states_for_person
from central.screens.views.tasks import STATES, LooseEnds, Tab, Task, task_of
from central.supervision.behind import Behind

PAGE_SIZE = 20
FOR_A_PERSON = "todo"  # the filter value for all states in which a case waits for a person


MINE = "mine"  # the filter value for the authorities that name the visitor among their officers
AGES: Mapping[str, timedelta] = {"1": timedelta(days=1), "3": timedelta(days=3), "7": timedelta(days=7)}
"""Cases that were opened longer ago, in days."""
_FILTERS = ("search", "task", "state", "zone", "authority", "age", "red", "day")


@dataclass(frozen=True, slots=True)
class QueueQuery:
    """The filters of the queue, as they stand in the address."""

    search: str = ""
    task: str = ""
    state: str = ""
    zone: str = ""
    authority: str = ""
    age: str = ""
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
            task=values.get("task", "") if task_of(values.get("task", "")) else "",
            state=values.get("state", "")[:200],
            zone=values.get("zone", "")[:64],
            authority=values.get("authority", "")[:40],
            age=values.get("age", "") if values.get("age", "") in AGES else "",
            red="yes" if values.get("red") == "yes" else "",
            day="today" if values.get("day") == "today" else "",
            behind=Behind.from_address(values),
            page=max(1, int(page)) if page.isdecimal() and len(page) < 7 else 1,
        )

    def filters(self) -> dict[str, str]:
        """The filters without the page, for links."""
        return {name: getattr(self, name) for name in _FILTERS} | self.behind.filters()

    def words(self) -> str:
        """What is searched for, for the log of looks."""
        return ", ".join(f"{name}={value}" for name, value in self.filters().items() if value) or "everything"

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
    tabs: tuple[Tab, ...]
    states: tuple[Choice, ...]
    zones: tuple[Choice, ...]
    cameras: tuple[Choice, ...]
    authorities: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Asker:
    """What a query needs to know beside its filters: midnight at the place, now, the authorities of the visitor, and the cases
    with a payment that settled nothing."""

    day_start: datetime
    now: datetime
    employers: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()


def case_query(query: QueueQuery, playbook: Playbook, asker: Asker) -> CaseQuery:
    """What the filters ask the cases for; work that waits for a person comes with the most pressing limit first."""
    task = task_of(query.task)
    return CaseQuery(
        kind=playbook.kind,
        states=_states(query, playbook, task),
        zone=query.zone,
        profiles=asker.employers if query.authority == MINE else (query.authority,) if query.authority else (),
        ids=asker.unsettled if task is Task.PAYMENTS else None,
        search=query.search,
        red_light=query.red == "yes" or task is Task.OVERDUE,
        opened_from=asker.day_start if query.day else None,
        opened_to=asker.now - AGES[query.age] if query.age else None,
        by_limit=task is not None or query.state == FOR_A_PERSON or query.red == "yes",
        also=query.behind.conditions(),
        page=query.page,
        size=PAGE_SIZE,
    )


def _states(query: QueueQuery, playbook: Playbook, task: Task | None) -> tuple[str, ...]:
    if task is not None and task in STATES:
        return STATES[task]
    if query.state == FOR_A_PERSON:
        return states_for_person(playbook)
    return tuple(state for state in query.state.split(",") if state in playbook.states)


def tabs_of(scene: Scene, query: QueueQuery, counts: Mapping[Task, int], loose: LooseEnds) -> tuple[Tab, ...]:
    """All work first, then a tab a task; the other filters are kept, so the counts are those of what is shown."""
    kept = {**query.filters(), "task": "", "state": "", "red": "", "day": ""}
    todo = sum(counts.get(task, 0) for task in STATES)
    chosen_todo = query.state == FOR_A_PERSON and not query.task
    everything = not query.task and not query.state
    return (
        Tab(address("/queue", kept | {"state": FOR_A_PERSON}), scene.t("queue.todo"), todo, chosen=chosen_todo),
        *(
            Tab(
                address("/queue", kept | {"task": task.value}),
                scene.t(f"queue.task.{task.value}"),
                counts.get(task, 0),
                chosen=query.task == task.value,
                pressing=task is Task.OVERDUE and counts.get(task, 0) > 0,
            )
            for task in Task
        ),
        *(
            Tab(href, scene.t(word), count, chosen=False)
            for href, word, count in (
                ("/payments", "waiting.payments.title", loose.payments),
                ("/undelivered", "waiting.undelivered.title", loose.messages),
            )
            if count
        ),
        Tab(address("/queue", kept), scene.t("queue.everything"), -1, chosen=everything),
    )


@dataclass(frozen=True, slots=True)
class Around:
    """What surrounds the cases: names of the zones that can be asked for by slug, next deadlines by case id."""

    zones: Mapping[str, str]
    due: Mapping[str, datetime]


def place_of(scene: Scene, case: Case) -> str:
    """Where the case is, as people called it when it was opened."""
    zone = say(scene, case.zone_words)
    return f"{say(scene, case.place_words)} · {zone}" if case.place_zh else zone


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """The cases of a page, and around them: numbers a task, names of cameras and authorities, what waits beside the cases."""

    found: CasePage
    counts: Mapping[Task, int]
    cameras: Mapping[str, str]
    authorities: Mapping[str, str]
    loose: LooseEnds


def queue_view(scene: Scene, playbook: Playbook, query: QueueQuery, around: Around, facts: QueueFacts) -> QueueView:
    """One page of the list."""
    todo = Choice(FOR_A_PERSON, scene.t("queue.todo"))
    states = (Choice(state, state_title(scene, playbook, state)) for state in playbook.states if state != playbook.initial)
    several = (Choice(query.state, scene.t("queue.several")),) if "," in query.state else ()
    return QueueView(
        query=query,
        rows=tuple(_row(scene, playbook, query, case, around) for case in facts.found.cases),
        total=facts.found.total,
        pages=max(1, -(-facts.found.total // PAGE_SIZE)),
        tabs=tabs_of(scene, query, facts.counts, facts.loose),
        states=(todo, *several, *states),
        zones=_by_name(around.zones),
        cameras=_by_name(facts.cameras),
        authorities=(Choice(MINE, scene.t("queue.mine")), *_by_name(facts.authorities)),
    )


def _by_name(names: Mapping[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(value, name) for value, name in sorted(names.items(), key=lambda item: item[1]))


def _row(scene: Scene, playbook: Playbook, query: QueueQuery, case: Case, around: Around) -> CaseRow:
    red_light = case.red_light_at is not None and case.closed_at is None
    return CaseRow(
        href=address(f"/cases/{case.id}", query.filters()),
        number=case.number,
        plate=case.plate,
        plate_colour=case.plate_colour,
        place=place_of(scene, case),
        tone=state_tone(playbook, case.state, red_light=red_light),
        state=state_title(scene, playbook, case.state),
        since=case.moment_times().get("stopped_at", case.opened_at),
        due_at=around.due.get(case.id),
        red_light=red_light,
    )
