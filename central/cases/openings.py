"""What can be done with a case as it stands: each act with what it needs, what it would do, and what stands against it. Pure.

Everything comes from the playbook: a rule that is added there is offered without another line of code.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from central.cases.acts import BROUGHT_BY, MAY_BRING
from central.cases.calendar import PUBLISHED, Calendar
from central.cases.engine import Act, DeadlineStarts, Facts, Transition, advance
from central.cases.issued import TOLD_BY_OTHERS
from central.cases.playbook import CancelDeadline, Playbook, Role, Rule

PEOPLE = frozenset({Role.OFFICER, Role.REVIEWER, Role.ADMINISTRATOR})
"""Roles of people who log in."""
SHOWN = "pictures_seen"
"""The check that holds once the page of the case has shown its pictures."""
_ASSUMED = dict.fromkeys((*BROUGHT_BY, SHOWN), True)
_OF_THE_ACT = "extended_until"  # a limit that starts on a day which the act names cannot be told before


@dataclass(frozen=True, slots=True)
class Opening:
    """An act that the playbook knows where the case stands.

    `mine`: this person's role may do it. `failed`: checks that do not hold and that the act itself cannot mend; empty: it can
    be done. `needs` and `takes` are facts of `ActData`: without the first it is refused, the others are welcome.
    `begins`, `ends`: limits (the times hold if the act is done now). `basis`: articles.
    """

    trigger: str
    who: tuple[Role, ...]
    mine: bool
    failed: tuple[str, ...] = ()
    target: str = ""
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    reason_required: bool = False
    begins: tuple[DeadlineStarts, ...] = ()
    ends: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()

    @property
    def possible(self) -> bool:
        """Whether this person can do it now."""
        return self.mine and not self.failed


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a case stands for somebody: checks as they are before anything is brought, moments, now."""

    playbook: Playbook
    state: str
    checks: Mapping[str, bool]
    moments: Mapping[str, datetime]
    now: datetime
    calendar: Calendar = PUBLISHED


def openings(stand: Stand, role: Role) -> tuple[Opening, ...]:
    """All acts of people in this state, in the order of the playbook's triggers."""
    return tuple(_openings(stand, role))


def _openings(stand: Stand, role: Role) -> Iterator[Opening]:
    for trigger in stand.playbook.triggers:
        rules = stand.playbook.rules_for(stand.state, trigger)
        who = tuple(dict.fromkeys(each for rule in rules for each in rule.who if each in PEOPLE))
        if who and trigger not in TOLD_BY_OTHERS:
            mine = tuple(rule for rule in rules if role in rule.who)
            yield _mine(stand, Opening(trigger, who, mine=True), mine, role) if mine else Opening(trigger, who, mine=False)


def _mine(stand: Stand, opening: Opening, rules: tuple[Rule, ...], role: Role) -> Opening:
    checks = {**stand.checks, **_ASSUMED}
    rule = next((each for each in rules if all(checks.get(name, False) for name in each.requires)), None)
    if rule is None:
        return replace(opening, failed=tuple(name for name in rules[-1].requires if not checks.get(name, False)))
    facts = Facts(dict.fromkeys(rule.requires, True), stand.moments)
    one = stand.playbook.model_copy(update={"rules": (rule,)})
    outcome = advance(one, stand.state, Act(opening.trigger, "", role, "asked"), facts, stand.now, calendar=stand.calendar)
    if not isinstance(outcome, Transition):  # `rule` was chosen so that it is taken
        return replace(opening, failed=outcome.failed)
    brought: dict[str, bool] = {}
    for name in rule.requires:
        if (fact := BROUGHT_BY.get(name)) is not None:
            brought[fact] = brought.get(fact, True) and stand.checks.get(name, False)
    begins = (effect for effect in outcome.effects if isinstance(effect, DeadlineStarts))
    return replace(
        opening,
        target=outcome.state,
        needs=tuple(name for name, there in brought.items() if not there),
        takes=(*(name for name, there in brought.items() if there), *MAY_BRING.get(opening.trigger, ())),
        reason_required=rule.reason_required,
        begins=tuple(each for each in begins if stand.playbook.deadlines[each.deadline].starts_at != _OF_THE_ACT),
        ends=tuple(effect.deadline for effect in outcome.effects if isinstance(effect, CancelDeadline)),
        basis=tuple(dict.fromkeys(_basis(stand.playbook, rule))),
    )


def _basis(playbook: Playbook, rule: Rule) -> Iterator[str]:
    for name in rule.requires:
        yield playbook.checks[name].basis
    for effect in rule.effects:
        if effect.do == "start_deadline":
            yield playbook.deadlines[effect.deadline].basis
