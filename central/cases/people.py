"""What people do to cases: always by name, in a role, with a reason, and only what the playbook lets them do now."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from central.cases.engine import Act, Facts, Refusal, RefusalReason
from central.cases.playbook import Role, StateKind
from central.cases.service import CaseService, Happening
from central.cases.tables import Case
from central.errors import Conflict, Forbidden, Problem, Unprocessable
from central.users.roles import Principal
from yuhang.clock import Clock


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants to do: `ground` names a ground of the playbook where one is needed; `version` what they had seen."""

    case_id: str
    trigger: str
    reason: str
    ground: str = ""
    version: int | None = None


class People:
    """Acts of people on cases."""

    def __init__(self, cases: CaseService, clock: Clock) -> None:
        self._cases = cases
        self._clock = clock

    def act(self, session: Session, user: Principal, wish: Wish) -> Case:
        """Carry out a wish and return the case as it stands then.

        Raises `NotFound`, `Forbidden` (not with this role), `Conflict` (not now: the case has ended, has changed or is not
        proven) or `Unprocessable` (a reason or ground is missing).
        """
        case = self._cases.locked(session, wish.case_id, wish.version)
        playbook = self._cases.playbook(case.kind)
        if wish.trigger not in playbook.triggers:
            raise Unprocessable(f"cases of this kind know {', '.join(sorted(playbook.triggers))}")
        if wish.ground and wish.ground not in playbook.void_grounds:
            raise Unprocessable(f"the grounds are {', '.join(playbook.void_grounds)}")
        now = self._clock.now()
        data: dict[str, Any] = {"unit": user.unit, "certificate": user.certificate}
        if wish.ground:
            data["ground"] = wish.ground
        moments = {"decided_at": now} if wish.trigger == "approve" else {}
        facts = Facts({"ground_given": bool(wish.ground)}, moments)
        act = Act(wish.trigger, user.name, _role(user), wish.reason)
        outcome = self._cases.pull(session, case, act, Happening(now, facts, data))
        if isinstance(outcome, Refusal):
            raise _problem(outcome)
        if outcome.kind is not StateKind.OPEN:
            case.decided_by, case.void_ground = user.name, wish.ground or None
        session.flush()
        return case

    def offers(self, user: Principal, case: Case) -> tuple[str, ...]:
        """Triggers that this person may pull on the case as it stands, checks aside."""
        role = _role(user)
        playbook = self._cases.playbook(case.kind)
        allowed = (rule.trigger for rule in playbook.rules if case.state in rule.source and role in rule.who)
        return tuple(dict.fromkeys(allowed))


def _role(user: Principal) -> Role:
    """The person's role in the words of playbooks; a viewer's is none of theirs."""
    try:
        role = Role(user.role.value)
    except ValueError as error:
        raise Forbidden("viewers do not work on cases") from error
    if role is Role.SYSTEM:
        raise Forbidden("no person acts as the system")
    return role


def _problem(refusal: Refusal) -> Problem:
    match refusal.reason:
        case RefusalReason.NOT_ALLOWED:
            return Forbidden("your role does not allow this")
        case RefusalReason.REASON_MISSING:
            return Unprocessable("give a reason; it is recorded with your name")
        case RefusalReason.CHECKS_FAILED if "ground_given" in refusal.failed:
            return Unprocessable("name the ground on which you void the case")
        case RefusalReason.CHECKS_FAILED:
            return Conflict(f"not now: {', '.join(refusal.failed)} does not hold")
        case RefusalReason.CLOSED:
            return Conflict("the case has ended; what was decided stands")
        case RefusalReason.NOT_HERE:
            return Conflict("this cannot be done with the case as it stands")
