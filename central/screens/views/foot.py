"""Tasks on foot as an officer's phone shows them: where, which car, since when, what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from markupsafe import Markup

from central.cases.tables import Case
from central.documents.tables import Paper
from central.foot.rules import Holding, Outcome
from central.registry.tables import Address
from central.screens.scene import Scene
from central.screens.views.evidence import EvidenceFiles
from central.screens.views.naming import say
from yuhang.messages import EvidenceKind

_TO_FIND = (EvidenceKind.NOTICE, EvidenceKind.ARRIVAL)
OUTCOMES = tuple(Outcome)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place: its name in the visitor's language and, where the registry knows it, its position (WGS-84)."""

    name: str
    latitude: float | None = None
    longitude: float | None = None

    @property
    def geo(self) -> str | None:
        """The address that the phone's own map opens (RFC 5870), or None."""
        if self.latitude is None or self.longitude is None:
            return None
        at = f"{self.latitude:.6f},{self.longitude:.6f}"
        return f"geo:{at}?q={at}({quote(self.name)})"


@dataclass(frozen=True, slots=True)
class FootRow:
    """A task in the list; `mine`: taken by the visitor, `taken_by`: another officer is on the way there."""

    case_id: str
    number: str
    plate: str | None
    plate_colour: str | None
    spot: Spot
    since: datetime
    mine: bool
    taken_by: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The notice sheet that central has printed for this car."""

    number: str
    url: str


@dataclass(frozen=True, slots=True)
class FootTaskView:
    """Everything on the page of a task; `open` is false once it has ended, `state` says how; `plate_typed`: by an officer."""

    row: FootRow
    open: bool
    state: str
    why: str
    picture_url: str | None
    sheet: Sheet | None
    may_print: bool
    plate_typed: bool
    due_at: datetime | None

    @property
    def may_type(self) -> bool:
        """Whether the officer may type the plate: the camera did not read it, and no sheet bears it yet."""
        return self.open and self.row.mine and self.sheet is None and (self.plate_typed or self.row.plate is None)


@dataclass(frozen=True, slots=True)
class ErrandView:
    """A message to be told at the door; `text`: what it said, empty where it could not be written."""

    notice_id: str
    case_id: str
    number: str
    plate: Markup
    template: str
    text: str
    reason: str
    asked_at: datetime
    open: bool
    mine: bool
    taken_by: str


@dataclass(frozen=True, slots=True)
class FootFacts:
    """What is read for a task."""

    case: Case
    holding: Holding
    address: Address | None
    holder: str


def foot_row(scene: Scene, facts: FootFacts, user: str) -> FootRow:
    """A line of the list."""
    case, holding = facts.case, facts.holding
    another = holding.held_by_another(user, scene.now)
    return FootRow(
        case_id=case.id,
        number=case.number,
        plate=case.plate,
        plate_colour=case.plate_colour,
        spot=_spot(scene, case, facts.address),
        since=case.moment_times().get("stopped_at", case.opened_at),
        mine=holding.by == user,
        taken_by=facts.holder if another else "",
    )


def picture_to_find_it(files: EvidenceFiles) -> str | None:
    """A small picture by which the officer recognises the car, other people blurred."""
    kinds = {row.kind: row.sha256 for row in files.rows if row.sha256 in files.arrived}
    return next((files.blurred_url(kinds[kind.value]) for kind in _TO_FIND if kind.value in kinds), None)


def sheet_of(papers: Sequence[Paper], reason: str) -> Sheet | None:
    """The latest notice sheet of a case."""
    found = [paper for paper in papers if paper.kind == "notice_sheet"]
    if not found:
        return None
    return Sheet(found[-1].number, f"/api/v1/cases/{found[-1].case_id}/papers/{found[-1].id}?reason={quote(reason)}")


def _spot(scene: Scene, case: Case, address: Address | None) -> Spot:
    name = say(scene, case.place_words)
    return Spot(name) if address is None else Spot(name, address.latitude, address.longitude)
