"""What people do to cases: always by name, in a role, with a reason, and only what the playbook lets them do now."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from central.cases.acts import ActData
from central.cases.carrying_out import CarryingOut, Deed, problem
from central.cases.engine import Act, Refusal
from central.cases.issued import TOLD_BY_OTHERS, TOLD_BY_PAPERS, TOLD_BY_TASKS
from central.cases.openings import Opening, Stand, openings
from central.cases.playbook import Role
from central.cases.procedure import Person, act_checks
from central.cases.seeing import saw_pictures
from central.cases.service import CaseService
from central.cases.tables import Case
from central.errors import Conflict, Forbidden
from central.users.roles import Principal

NOTHING = ActData()


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants to do, with the facts that the act needs; `version` is what they had seen."""

    case_id: str
    trigger: str
    reason: str
    data: ActData = NOTHING
    version: int | None = None


class People:
    """Acts of people on cases."""

    def __init__(self, cases: CaseService, carrying_out: CarryingOut) -> None:
        self._cases = cases
        self._carrying_out = carrying_out

    def act(self, session: Session, user: Principal, wish: Wish) -> Case:
        """Carry out a wish and return the case as it stands then.

        Raises `NotFound`, `Forbidden` (not with this role), `Conflict` (not now: the case has ended, has changed or is not
        proven) or `Unprocessable` (a reason, ground or other fact is missing or cannot be).
        """
        if wish.trigger in TOLD_BY_PAPERS:
            raise Conflict("issue the paper; the case learns of it by itself")
        if wish.trigger in TOLD_BY_TASKS:
            raise Conflict("take the task or hand it back among the tasks on foot; the case learns of it by itself")
        case = self._cases.locked(session, wish.case_id, wish.version)
        act = Act(wish.trigger, user.name, _role(user), wish.reason)
        deed = Deed(act, self._person(session, user, case), wish.data, user.unit)
        outcome = self._carrying_out.do(session, case, deed)
        if isinstance(outcome, Refusal):
            checks = self._cases.playbook_of(session, case).checks
            raise problem(outcome, lambda name: checks[name].failed.en)
        return case

    def openings(self, session: Session, user: Principal, case: Case) -> tuple[Opening, ...]:
        """What can be done with the case as it stands, and what of it by this person."""
        with session.no_autoflush:  # facts refresh what is kept for the officer; a reader keeps nothing
            standing, known = self._cases.known(session, case)
        given = act_checks(standing, self._person(session, user, case), NOTHING)
        stand = Stand(standing.playbook, case.state, {**known.checks, **given}, known.moments, standing.now, standing.calendar)
        return openings(stand, _role(user))

    def offers(self, session: Session, user: Principal, case: Case) -> tuple[str, ...]:
        """Triggers that this person may pull on the case as it stands, checks aside."""
        if user.role.value not in {role.value for role in Role}:
            return ()
        role = _role(user)
        playbook = self._cases.playbook_of(session, case)
        allowed = (rule.trigger for rule in playbook.rules if case.state in rule.source and role in rule.who)
        return tuple(trigger for trigger in dict.fromkeys(allowed) if trigger not in TOLD_BY_OTHERS)

    def _person(self, session: Session, user: Principal, case: Case) -> Person:
        saw = saw_pictures(session, user, case, self._cases.playbook_of(session, case))
        return Person(user.name, user.certificate, saw)


def _role(user: Principal) -> Role:
    """The person's role in the words of playbooks; a viewer's and a supervisor's are none of theirs."""
    try:
        role = Role(user.role.value)
    except ValueError as error:
        raise Forbidden(f"a {user.role.value} does not work on cases") from error
    if role in {Role.SYSTEM, Role.PARTY}:
        raise Forbidden("nobody logs in as the system or as the party")
    return role
