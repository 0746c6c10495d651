"""The words of the messages of the procedure: recorded, informed, decided, to be paid, objection answered, removed. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from central.cases.calendar import BEIJING
from central.cases.limits import limit_text
from central.cases.procedure import Standing
from central.notify.templates import Value

FIRST = "leave_now"
"""The message before anything else; its words stand in `notice`. All others are of the procedure."""

_RECORDED, _INFORMED, _DECIDED = "violation_recorded", "penalty_informed", "decision_issued"
SERVES = {_RECORDED: "notify", _INFORMED: "inform", _DECIDED: "serve"}
"""The act for which the delivery of a message is the proof."""
PROCEDURE = (_RECORDED, _INFORMED, _DECIDED, "payment_due", "objection_answered", "record_removed")
"""All messages of the procedure."""
_LIMITS = {_INFORMED: "statement_limit", _DECIDED: "payment_limit"}
_UPHELD, _DISMISSED = "成立，记录将予消除", "不成立，记录维持"


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """What goes into a message; `place` is the address as people call it, `code` the one on papers."""

    plate: str
    place: str
    number: str
    code: str
    standing: Standing


def message_words(template: str, facts: MessageFacts) -> dict[str, Value]:
    """A word for each variable that a template may use and for which the case has come far enough."""
    case, moments = facts.standing, facts.standing.moments
    amount = case.amount if case.amount is not None else case.informing.fine if case.informing else None
    payment = case.due("payment")
    words: dict[str, Value] = {
        "plate": facts.plate,
        "place": facts.place,
        "time": f"{moments['stopped_at'].astimezone(BEIJING):%m月%d日%H:%M}",
        "number": facts.number,
        "code": facts.code,
        "days": f"{case.playbook.parameter('handling_limit'):g}",
        "amount": "" if amount is None else str(amount),
        "limit": limit_text(case.playbook.parameters[_LIMITS[template]]) if template in _LIMITS else "",
        "percent": f"{case.profile.late_fee.percent_a_day:g}",
        "until": "" if payment is None else _day(payment - timedelta(microseconds=1)),
        "result": _UPHELD if "removal_ordered_at" in moments else _DISMISSED,
    }
    return words | {name: _moment_day(moments, moment, case.now) for name, moment in _DAYS.items()}


_DAYS = {"decided_on": "decided_at", "answered_on": "answered_at", "removed_on": ""}


def _moment_day(moments: Mapping[str, datetime], name: str, now: datetime) -> str:
    return _day(moments.get(name, now))


def _day(at: datetime) -> str:
    local = at.astimezone(BEIJING)
    return f"{local.year}年{local.month}月{local.day}日"
