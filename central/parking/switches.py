"""What an authority may choose about warning: to whom a notice goes, who is watched longer, and no second case the same day."""

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from central.authority.profile import NoticeRule, Switches
from central.cases.calendar import BEIJING, beijing_day
from central.cases.playbook import StateKind
from central.cases.tables import Case
from yuhang.plates import PlateColour


@dataclass(frozen=True, slots=True)
class Before:
    """What happened with the vehicle before: warned in this calendar month, dealt with at this place today."""

    warned_this_month: bool
    case_here_today: bool


def switch_checks(switches: Switches, before: Before, *, commercial: bool) -> dict[str, bool]:
    """The playbook's checks that follow from an authority's switches."""
    first_only = switches.notice is NoticeRule.FIRST_IN_MONTH
    return {
        "notice_allowed": not (first_only and before.warned_this_month),
        "commercial_vehicle": switches.commercial_observation and commercial,
        "case_today": switches.one_case_a_day and before.case_here_today,
    }


def is_commercial_plate(colour: str | None) -> bool:
    """Yellow plates are those of lorries, buses and other commercial vehicles (GA 36)."""
    return colour == PlateColour.YELLOW.value


def vehicle_before(session: Session, case: Case) -> Before:
    """What earlier cases of the vehicle say; a vehicle whose plate was not read has no history."""
    if case.plate is None:
        return Before(warned_this_month=False, case_here_today=False)
    today = beijing_day(case.opened_at)
    earlier = (Case.plate == case.plate, Case.kind == case.kind, Case.id != case.id, Case.opened_at <= case.opened_at)
    here = (Case.site == case.site, Case.node == case.node, Case.zone == case.zone)
    warned = select(Case.id).where(*earlier, Case.opened_at >= _start(today.replace(day=1)), _has("notice_delivered_at"))
    dealt_with = select(Case.id).where(*earlier, *here, Case.opened_at >= _start(today), _established())
    return Before(
        warned_this_month=session.scalar(warned.limit(1)) is not None,
        case_here_today=session.scalar(dealt_with.limit(1)) is not None,
    )


def _established() -> ColumnElement[bool]:
    """A violation was put before a person or dealt with on foot: one act is not punished twice (APL 29)."""
    before_a_person = or_(_has("proof_at"), Case.state.in_(("handled_on_foot", "posted")))
    return and_(Case.state_kind != StateKind.VOID.value, before_a_person)


def _has(moment: str) -> ColumnElement[bool]:
    known: ColumnElement[str] = Case.moments[moment].as_string()
    return known.is_not(None)


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), BEIJING)
