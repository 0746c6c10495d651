"""The case engine: given where a case stands and what has happened, what follows. Pure; it reads and writes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from central.cases.calendar import (
    PUBLISHED,
    Calendar,
    beijing_day,
    end_of_day,
    end_of_month,
    end_of_working_day,
    next_working_end,
)
from central.cases.playbook import (
    CancelDeadline,
    CancelDeadlines,
    CancelNotices,
    Effect,
    Forget,
    Playbook,
    RaiseRedLight,
    Reobserve,
    Role,
    Rule,
    SendNotice,
    StartDeadline,
    StateKind,
    Unit,
)
from yuhang.errors import YuhangError


class CaseError(YuhangError):
    """A case and its playbook do not fit together, or an act on a case cannot be carried out."""


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody or something pulls a trigger: who, in which role, and why."""

    trigger: str
    actor: str
    role: Role
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known at this moment: named checks (true: holds) and named moments of the case (UTC).

    `given` are moments that the act itself brings (the day of service); they count only where the rule marks them.
    """

    checks: Mapping[str, bool] = field(default_factory=dict)
    moments: Mapping[str, datetime] = field(default_factory=dict)
    given: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeadlineStarts:
    """A deadline to be written: pulls `trigger` at `due_at` unless it is cancelled or started anew before.

    `assumed`: it runs through a year whose holidays are not known, so `due_at` is only as good as Monday to Friday.
    """

    deadline: str
    trigger: str
    due_at: datetime
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class PictureWanted:
    """The node is to take a picture at `due_at`."""

    due_at: datetime


Consequence = (
    DeadlineStarts | PictureWanted | CancelDeadline | CancelDeadlines | SendNotice | CancelNotices | Forget | RaiseRedLight
)


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of the case's history; `source` equals `target` when the case stays where it is."""

    at: datetime
    actor: str
    role: Role
    trigger: str
    source: str
    target: str
    reason: str


@dataclass(frozen=True, slots=True)
class Transition:
    """The case moves (or stays, with effects)."""

    state: str
    kind: StateKind
    marks: Mapping[str, datetime]
    effects: tuple[Consequence, ...]
    entry: TimelineEntry


class RefusalReason(StrEnum):
    """Why a trigger has no effect."""

    CLOSED = "closed"  # the case has ended
    NOT_HERE = "not_here"  # no rule for this trigger in this state
    NOT_ALLOWED = "not_allowed"  # not with this role
    CHECKS_FAILED = "checks_failed"
    REASON_MISSING = "reason_missing"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing changes; `failed` names the checks of the last rule tried."""

    reason: RefusalReason
    failed: tuple[str, ...] = ()


def advance(
    playbook: Playbook, state: str, act: Act, facts: Facts, at: datetime, *, calendar: Calendar = PUBLISHED
) -> Transition | Refusal:
    """What follows from `act` on a case that stands in `state`; a check that `facts` does not mention does not hold."""
    if state not in playbook.states or act.trigger not in playbook.triggers:
        raise CaseError(f"playbook {playbook.kind} {playbook.version} has no state {state!r} or no trigger {act.trigger!r}")
    if playbook.states[state].kind is not StateKind.OPEN:
        return Refusal(RefusalReason.CLOSED)
    chosen = _choose(playbook, state, act, facts)
    if isinstance(chosen, Refusal):
        return chosen
    target = chosen.target or state
    marks = {name: facts.given.get(name, at) for name in chosen.marks}
    facts = replace(facts, moments={**facts.moments, **marks})
    return Transition(
        state=target,
        kind=playbook.states[target].kind,
        marks=marks,
        effects=tuple(_consequence(playbook, effect, facts, calendar) for effect in chosen.effects),
        entry=TimelineEntry(at, act.actor, act.role, act.trigger, state, target, act.reason),
    )


def due_at(playbook: Playbook, deadline: str, start: datetime, calendar: Calendar = PUBLISHED) -> datetime:
    """When a deadline that starts at `start` is over."""
    due = start
    for name in playbook.deadlines[deadline].after:
        parameter = playbook.parameters[name]
        match parameter.unit:
            case Unit.WORKING_DAY:
                due = end_of_working_day(due, round(parameter.value), calendar)
            case Unit.DAY:
                due = end_of_day(due, round(parameter.value))
            case Unit.MONTH:
                due = end_of_month(due, round(parameter.value))
            case _:
                due += timedelta(seconds=parameter.value)
    return next_working_end(due, calendar) if playbook.deadlines[deadline].to_working_day else due


def is_assumed(playbook: Playbook, deadline: str, start: datetime, due: datetime, calendar: Calendar = PUBLISHED) -> bool:
    """Whether a deadline in working days runs through a year whose holidays are not known."""
    limit = playbook.deadlines[deadline]
    counted = limit.to_working_day or any(playbook.parameters[name].unit is Unit.WORKING_DAY for name in limit.after)
    years = range(beijing_day(start).year, beijing_day(due).year + 1)
    return counted and not all(calendar.knows(year) for year in years)


def _choose(playbook: Playbook, state: str, act: Act, facts: Facts) -> Rule | Refusal:
    rules = playbook.rules_for(state, act.trigger)
    if not rules:
        return Refusal(RefusalReason.NOT_HERE)
    allowed = [rule for rule in rules if act.role in rule.who]
    if not allowed:
        return Refusal(RefusalReason.NOT_ALLOWED)
    failed: tuple[str, ...] = ()
    for rule in allowed:
        failed = tuple(name for name in rule.requires if not facts.checks.get(name, False))
        if not failed:
            missing = rule.reason_required and not act.reason.strip()
            return Refusal(RefusalReason.REASON_MISSING) if missing else rule
    return Refusal(RefusalReason.CHECKS_FAILED, failed)


def _consequence(playbook: Playbook, effect: Effect, facts: Facts, calendar: Calendar) -> Consequence:
    match effect:
        case StartDeadline(deadline=name):
            start = _start(playbook, name, facts)
            due = due_at(playbook, name, start, calendar)
            assumed = is_assumed(playbook, name, start, due, calendar)
            return DeadlineStarts(name, playbook.deadlines[name].on_due, due, assumed=assumed)
        case Reobserve(deadline=name):
            return PictureWanted(due_at(playbook, name, _start(playbook, name, facts), calendar))
        case _:
            return effect


def _start(playbook: Playbook, deadline: str, facts: Facts) -> datetime:
    moment = playbook.deadlines[deadline].starts_at
    if moment not in facts.moments:
        raise CaseError(f"deadline {deadline!r} of playbook {playbook.kind} starts at {moment!r}, which is not known yet")
    return facts.moments[moment]
