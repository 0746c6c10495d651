"""Reading cases: lists with filters, search and pages; one case with its history, evidence and deadlines."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from central.cases.tables import Case, CaseEvidence, CaseTimeline
from central.deadlines.tables import Deadline
from central.errors import NotFound

MAX_SIZE = 200
LONGEST_WALK = 1000
"""Cases of a list by limits that can be stepped through one by one."""


@dataclass(frozen=True, slots=True)
class CaseQuery:
    """Filters of a list of cases; what is left empty does not narrow it. Newest first, or what is most pressing first.

    `profiles`: only cases of these authorities; `ids`: only these cases (None: any).
    """

    states: tuple[str, ...] = ()
    kind: str = ""
    plate: str = ""
    zone: str = ""
    camera: str = ""
    track: str = ""
    profiles: tuple[str, ...] = ()
    ids: tuple[str, ...] | None = None
    search: str = field(default="", metadata={"about": "part of a number, plate, zone or address"})
    red_light: bool = False
    opened_from: datetime | None = None
    opened_to: datetime | None = None
    by_limit: bool = False
    also: tuple[ColumnElement[bool], ...] = ()  # further conditions on `Case`; whoever sets them says them in words
    page: int = 1
    size: int = 20

    def words(self) -> str:
        """What is searched for, for the log of looks; what is left at its default is left out."""
        named = (one for one in fields(self) if one.name != "also")
        chosen = {one.name: getattr(self, one.name) for one in named if getattr(self, one.name) != one.default}
        return ", ".join(f"{name}={value}" for name, value in chosen.items()) or "everything"

    def conditions(self) -> list[ColumnElement[bool]]:
        """The filters as conditions on `Case`."""
        found: list[ColumnElement[bool]] = list(self.also)
        exact = (
            (Case.kind, self.kind),
            (Case.plate, self.plate),
            (Case.zone, self.zone),
            (Case.camera, self.camera),
            (Case.track, self.track),
        )
        found += [column == value for column, value in exact if value]
        if self.profiles:
            found.append(Case.profile.in_(self.profiles))
        if self.ids is not None:
            found.append(Case.id.in_(self.ids))
        if self.states:
            found.append(Case.state.in_(self.states))
        if self.red_light:
            found.append(and_(Case.red_light_at.is_not(None), Case.closed_at.is_(None)))
        if self.opened_from is not None:
            found.append(Case.opened_at >= self.opened_from)
        if self.opened_to is not None:
            found.append(Case.opened_at < self.opened_to)
        if self.search:
            columns = (Case.number, Case.plate, Case.zone, Case.address)
            found.append(or_(*(column.icontains(self.search, autoescape=True) for column in columns)))
        return found


@dataclass(frozen=True, slots=True)
class CasePage:
    """One page of a list and how many cases there are in all."""

    cases: Sequence[Case]
    total: int


def find_cases(session: Session, query: CaseQuery) -> CasePage:
    """The page of cases that a query asks for."""
    conditions = query.conditions()
    total = session.scalar(select(func.count()).select_from(Case).where(*conditions)) or 0
    size = min(query.size, MAX_SIZE)
    statement = select(Case).where(*conditions).order_by(*_order(query)).offset((query.page - 1) * size).limit(size)
    return CasePage(session.scalars(statement).all(), total)


def _order(query: CaseQuery) -> tuple[Any, ...]:
    """Newest first; or red lights first, then by the limit that is over soonest, then the oldest."""
    if not query.by_limit:
        return Case.opened_at.desc(), Case.id.desc()
    due = (
        select(func.min(Deadline.due_at))
        .where(Deadline.case_id == Case.id, Deadline.fired_at.is_(None), Deadline.cancelled_at.is_(None))
        .correlate(Case)
        .scalar_subquery()
    )
    return Case.red_light_at.is_(None), Case.red_light_at, due.is_(None), due, Case.opened_at, Case.id


def neighbours(session: Session, query: CaseQuery, case: Case) -> tuple[str | None, str | None]:
    """Ids of the cases before and after this one in the list of a query.

    In a list by limits a case that was dealt with is no longer there: then the most pressing one comes next.
    """
    if query.by_limit:
        return _neighbours_by_limit(session, query, case.id)
    conditions = query.conditions()
    newer = select(Case.id).where(*conditions, or_(Case.opened_at > case.opened_at, _same_time(case, newer=True)))
    older = select(Case.id).where(*conditions, or_(Case.opened_at < case.opened_at, _same_time(case, newer=False)))
    return (
        session.scalar(newer.order_by(Case.opened_at, Case.id).limit(1)),
        session.scalar(older.order_by(Case.opened_at.desc(), Case.id.desc()).limit(1)),
    )


def _neighbours_by_limit(session: Session, query: CaseQuery, case_id: str) -> tuple[str | None, str | None]:
    ids = session.scalars(select(Case.id).where(*query.conditions()).order_by(*_order(query)).limit(LONGEST_WALK)).all()
    if case_id not in ids:
        return None, ids[0] if ids else None
    at = ids.index(case_id)
    return ids[at - 1] if at else None, ids[at + 1] if at + 1 < len(ids) else None


def like_cases(session: Session, case: Case, limit: int) -> Sequence[Case]:
    """Other cases that wait in the same state at the same place or for the same vehicle, the oldest first."""
    here = and_(Case.site == case.site, Case.node == case.node, Case.camera == case.camera, Case.zone == case.zone)
    alike = or_(here, Case.plate == case.plate) if case.plate else here
    statement = select(Case).where(Case.kind == case.kind, Case.state == case.state, Case.id != case.id, alike)
    return session.scalars(statement.order_by(Case.opened_at, Case.id).limit(limit)).all()


def find_case(session: Session, case_id: str) -> Case:
    """The case, or `NotFound`."""
    case = session.get(Case, case_id)
    if case is None:
        raise NotFound("there is no such case")
    return case


def timeline_of(session: Session, case_id: str) -> Sequence[CaseTimeline]:
    """The history of a case in the order in which central learnt of it."""
    return session.scalars(select(CaseTimeline).where(CaseTimeline.case_id == case_id).order_by(CaseTimeline.id)).all()


def timelines_of(session: Session, case_ids: Sequence[str]) -> dict[str, list[CaseTimeline]]:
    """The histories of several cases."""
    found: dict[str, list[CaseTimeline]] = {case_id: [] for case_id in case_ids}
    for line in session.scalars(select(CaseTimeline).where(CaseTimeline.case_id.in_(case_ids)).order_by(CaseTimeline.id)):
        found[line.case_id].append(line)
    return found


def evidence_of(session: Session, case_id: str) -> Sequence[CaseEvidence]:
    """The files of a case in the order of their capture."""
    statement = select(CaseEvidence).where(CaseEvidence.case_id == case_id)
    return session.scalars(statement.order_by(CaseEvidence.captured_at, CaseEvidence.sha256)).all()


def _same_time(case: Case, *, newer: bool) -> ColumnElement[bool]:
    return and_(Case.opened_at == case.opened_at, Case.id > case.id if newer else Case.id < case.id)


def count_states(session: Session, query: CaseQuery) -> dict[str, int]:
    """How many of the query's cases stand in each state; states without a case are left out. Pages do not matter."""
    rows = session.execute(select(Case.state, func.count()).where(*query.conditions()).group_by(Case.state))
    return {state: count for state, count in rows}  # noqa: C416 - a row is not a pair to dict()


def count_with(session: Session, query: CaseQuery, moment: str) -> Counter[str]:
    """Like `count_states`, of the cases for which this moment is known."""
    known = Case.moments[moment].as_string().is_not(None)
    rows = session.execute(select(Case.state, func.count()).where(*query.conditions(), known).group_by(Case.state))
    return Counter({state: count for state, count in rows})  # noqa: C416 - a row is not a pair to dict()
