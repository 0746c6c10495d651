"""What is counted: each figure is one condition on cases, so that the number and the list behind it cannot differ."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import ColumnElement, and_, exists, or_

from central.cases.tables import Case, CaseStatement
from central.notify.tables import NoticeStatus, Notification
from central.parking.figures import RUNNING
from central.payment.rules import Outcome
from central.payment.tables import Payment


class Counted(StrEnum):
    """Figures of the cases of a period. There is none about persons or amounts, and none may be added (PROC 66)."""

    STOPS = "stops"
    WARNED = "warned"  # the notice was delivered, and the time to leave is over or the vehicle has left
    LEFT = "left"  # of these, left in time
    NOTICE_DELIVERED = "notice_delivered"
    NOTICE_FAILED = "notice_failed"  # at least one notice failed, was not handed over in time, or no receipt came
    OBJECTIONS = "objections"  # objections and statements in defence
    OBJECTIONS_OPEN = "objections_open"
    OBJECTIONS_UPHELD = "objections_upheld"
    OBJECTIONS_DISMISSED = "objections_dismissed"
    FOOT_OPEN = "foot_open"
    FOOT_POSTED = "foot_posted"
    FOOT_HANDLED = "foot_handled"
    FOOT_NOT_REACHED = "foot_not_reached"
    VOIDED = "voided"  # by a person, on a ground
    UNSETTLED = "unsettled"  # a payment that waits for a person


def condition(counted: Counted) -> ColumnElement[bool]:
    """Which cases a figure counts."""
    return _CONDITIONS[counted]()


def _warned() -> ColumnElement[bool]:
    return and_(Case.moments["notice_delivered_at"].as_string().is_not(None), Case.state.not_in(RUNNING))


def _in_state(state: str) -> Callable[[], ColumnElement[bool]]:
    return lambda: Case.state == state


def _notice(*statuses: NoticeStatus) -> Callable[[], ColumnElement[bool]]:
    return lambda: exists().where(Notification.case_id == Case.id, Notification.status.in_([status.value for status in statuses]))


_FAILED = _notice(NoticeStatus.FAILED, NoticeStatus.EXPIRED)
_ANY_ANSWER = ()
_HEARD = ("object", "state")


def _objection(*answers: str | None) -> Callable[[], ColumnElement[bool]]:
    def condition() -> ColumnElement[bool]:
        said = (CaseStatement.case_id == Case.id, CaseStatement.trigger.in_(_HEARD))
        if answers == _ANY_ANSWER:
            return exists().where(*said)
        if answers == (None,):
            return exists().where(*said, CaseStatement.answer.is_(None))
        return exists().where(*said, CaseStatement.answer.in_(answers))

    return condition


_CONDITIONS: Mapping[Counted, Callable[[], ColumnElement[bool]]] = MappingProxyType(
    {
        Counted.STOPS: lambda: Case.id.is_not(None),
        Counted.WARNED: _warned,
        Counted.LEFT: lambda: and_(_warned(), Case.state == "left_in_time"),
        Counted.NOTICE_DELIVERED: _notice(NoticeStatus.DELIVERED),
        Counted.NOTICE_FAILED: lambda: or_(_FAILED(), Case.state == "not_delivered"),
        Counted.OBJECTIONS: _objection(),
        Counted.OBJECTIONS_OPEN: _objection(None),
        Counted.OBJECTIONS_UPHELD: _objection("uphold"),
        Counted.OBJECTIONS_DISMISSED: _objection("dismiss"),
        Counted.FOOT_OPEN: _in_state("on_foot"),
        Counted.FOOT_POSTED: _in_state("posted"),
        Counted.FOOT_HANDLED: _in_state("handled_on_foot"),
        Counted.FOOT_NOT_REACHED: _in_state("not_reached"),
        Counted.VOIDED: lambda: Case.void_ground.is_not(None),
        Counted.UNSETTLED: lambda: exists().where(Payment.case_id == Case.id, Payment.outcome != Outcome.SETTLED.value),
    }
)
