"""The figures of a period, counted by the database: by place and time. No query is by person, none adds up money."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session

from central.cases.playbook import StateKind
from central.cases.tables import Case
from central.deadlines.tables import Deadline
from central.parking.parts import KIND
from central.payment.rules import Outcome
from central.payment.tables import Payment
from central.supervision.beijing import BeijingDay, BeijingHour
from central.supervision.counted import Counted, condition
from central.supervision.period import CameraPlace, Scope, places

BY_PLACE = (
    Counted.STOPS,
    Counted.WARNED,
    Counted.LEFT,
    Counted.NOTICE_FAILED,
    Counted.VOIDED,
    Counted.OBJECTIONS,
    Counted.OBJECTIONS_UPHELD,
)


@dataclass(frozen=True, slots=True)
class LeftShare:
    """How many of the warned left in time. `percent` is None while nobody was warned."""

    warned: int
    left: int

    @property
    def percent(self) -> float | None:
        """0 to 100."""
        return 100 * self.left / self.warned if self.warned else None

    def __add__(self, other: "LeftShare") -> "LeftShare":
        return LeftShare(self.warned + other.warned, self.left + other.left)


@dataclass(frozen=True, slots=True)
class PlaceFigures:
    """One zone before one camera."""

    camera: CameraPlace
    zone: str
    counts: Mapping[Counted, int]

    @property
    def share(self) -> LeftShare:
        """Of those warned here."""
        return LeftShare(self.counts[Counted.WARNED], self.counts[Counted.LEFT])


@dataclass(frozen=True, slots=True)
class OpenStep:
    """Cases that stand at a step now, whenever they were opened."""

    state: str
    cases: int
    red_lights: int
    oldest_at: datetime  # since when the oldest stands there
    next_due_at: datetime | None  # the earliest running limit


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """Everything that the supervisor's page shows of a period."""

    scope: Scope
    counts: Mapping[Counted, int]
    places: tuple[PlaceFigures, ...]  # by name, never by number
    hours: Mapping[int, LeftShare]
    weeks: Mapping[date, LeftShare]  # by their Monday
    grounds: Mapping[str, int]  # voided by a person
    ended: Mapping[str, int]  # ended without result, by state, without those voided by a person
    steps: tuple[OpenStep, ...]
    payments: Mapping[Outcome, int]  # that wait for a person, whenever they came; `unknown` belong to no case

    @property
    def share(self) -> LeftShare:
        """Of all warned in the scope."""
        return LeftShare(self.counts[Counted.WARNED], self.counts[Counted.LEFT])


def period_figures(session: Session, scope: Scope) -> PeriodFigures:
    """Count the cases of a scope. Open steps and payments are as they stand now."""
    return PeriodFigures(
        scope=scope,
        counts=_totals(session, scope),
        places=_places(session, scope),
        hours=_hours(session, scope),
        weeks=_weeks(session, scope),
        grounds=_grounds(session, scope),
        ended=_ended(session, scope),
        steps=_steps(session, scope),
        payments=_payments(session),
    )


def _count(counted: Counted) -> ColumnElement[int]:
    return func.coalesce(func.sum(sql_case((condition(counted), 1), else_=0)), 0).label(counted.value)


def _totals(session: Session, scope: Scope) -> dict[Counted, int]:
    row = session.execute(select(*(_count(counted) for counted in Counted)).where(*scope.conditions())).one()
    return {counted: int(value) for counted, value in zip(Counted, row, strict=True)}


def _places(session: Session, scope: Scope) -> tuple[PlaceFigures, ...]:
    columns = (Case.site, Case.node, Case.camera, Case.zone)
    statement = select(*columns, *(_count(counted) for counted in BY_PLACE)).where(*scope.conditions())
    rows = session.execute(statement.group_by(*columns).order_by(*columns))
    return tuple(
        PlaceFigures(
            CameraPlace(row[0], row[1], row[2]),
            row[3],
            {counted: int(value) for counted, value in zip(BY_PLACE, row[4:], strict=True)},
        )
        for row in rows
    )


def _shares(session: Session, scope: Scope, by: BeijingHour | BeijingDay) -> list[tuple[object, LeftShare]]:
    key = by.label("key")
    statement = select(key, _count(Counted.WARNED), _count(Counted.LEFT)).where(*scope.conditions())
    return [(row[0], LeftShare(int(row[1]), int(row[2]))) for row in session.execute(statement.group_by(key).order_by(key))]


def _hours(session: Session, scope: Scope) -> dict[int, LeftShare]:
    return {int(str(hour)): share for hour, share in _shares(session, scope, BeijingHour(Case.opened_at))}


def _weeks(session: Session, scope: Scope) -> dict[date, LeftShare]:
    found: defaultdict[date, LeftShare] = defaultdict(lambda: LeftShare(0, 0))
    for day, share in _shares(session, scope, BeijingDay(Case.opened_at)):
        when = date.fromisoformat(str(day))
        found[when - timedelta(days=when.weekday())] += share
    return dict(found)


def _grounds(session: Session, scope: Scope) -> dict[str, int]:
    statement = select(Case.void_ground, func.count()).where(*scope.conditions(), condition(Counted.VOIDED))
    rows = session.execute(statement.group_by(Case.void_ground).order_by(Case.void_ground))
    return {str(ground): int(count) for ground, count in rows}


def _ended(session: Session, scope: Scope) -> dict[str, int]:
    without = (Case.state_kind == StateKind.VOID.value, Case.void_ground.is_(None))
    statement = select(Case.state, func.count()).where(*scope.conditions(), *without).group_by(Case.state).order_by(Case.state)
    return {str(state): int(count) for state, count in session.execute(statement)}


def _steps(session: Session, scope: Scope) -> tuple[OpenStep, ...]:
    due = (
        select(Deadline.case_id, func.min(Deadline.due_at).label("due_at"))
        .where(Deadline.fired_at.is_(None), Deadline.cancelled_at.is_(None), Deadline.parked_at.is_(None))
        .group_by(Deadline.case_id)
        .subquery()
    )
    statement = (
        select(
            Case.state,
            func.count().label("cases"),
            func.sum(sql_case((Case.red_light_at.is_not(None), 1), else_=0)).label("red_lights"),
            func.min(Case.changed_at).label("oldest_at"),
            func.min(due.c.due_at).label("next_due_at"),
        )
        .outerjoin(due, due.c.case_id == Case.id)
        .where(and_(Case.kind == KIND, Case.state_kind == StateKind.OPEN.value), *places(scope.zone, scope.camera))
        .group_by(Case.state)
        .order_by(Case.state)
    )
    rows = session.execute(statement)
    return tuple(OpenStep(row.state, row.cases, int(row.red_lights), row.oldest_at, row.next_due_at) for row in rows)


def _payments(session: Session) -> dict[Outcome, int]:
    statement = select(Payment.outcome, func.count()).where(Payment.outcome != Outcome.SETTLED.value)
    rows: Sequence[tuple[str, int]] = [(row[0], row[1]) for row in session.execute(statement.group_by(Payment.outcome))]
    return {Outcome(outcome): count for outcome, count in sorted(rows)}
