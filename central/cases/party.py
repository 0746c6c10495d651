"""What the owner or driver does, without an account: state, object, waive, name the driver (APL 44-45; PROC 21-22).

Whoever calls this has made sure that the caller knows the case (plate and code); the acts are recorded as the party's.
"""

from sqlalchemy.orm import Session

from central.cases.acts import ActData, NamedDriver
from central.cases.carrying_out import CarryingOut, Deed, problem
from central.cases.engine import Act, Refusal
from central.cases.playbook import Role
from central.cases.procedure import Person
from central.cases.service import CaseService
from central.cases.tables import Case
from central.errors import Unprocessable

ACTOR = "party"


class Party:
    """Acts of the person concerned."""

    def __init__(self, cases: CaseService, carrying_out: CarryingOut) -> None:
        self._cases = cases
        self._carrying_out = carrying_out

    def offers(self, session: Session, case: Case) -> tuple[str, ...]:
        """What the party may do now."""
        playbook = self._cases.playbook_of(session, case)
        allowed = (rule.trigger for rule in playbook.rules if case.state in rule.source and Role.PARTY in rule.who)
        return tuple(dict.fromkeys(allowed))

    def state(self, session: Session, case_id: str, text: str, files: tuple[str, ...] = ()) -> Case:
        """A statement or defence (陈述申辩)."""
        return self._say(session, case_id, "state", text, files)

    def object(self, session: Session, case_id: str, text: str, files: tuple[str, ...] = ()) -> Case:
        """An objection (异议)."""
        return self._say(session, case_id, "object", text, files)

    def waive(self, session: Session, case_id: str) -> Case:
        """Nothing to say: the decision need not wait for the end of the period."""
        return self._do(session, case_id, "waive", ActData())

    def agree_electronic(self, session: Session, case_id: str) -> Case:
        """Papers may be served by message from now on (APL 61; PROC 55)."""
        return self._do(session, case_id, "agree_electronic", ActData())

    def name_driver(self, session: Session, case_id: str, driver: NamedDriver) -> Case:
        """Somebody else drove (PROC 21); an officer looks into it."""
        return self._do(session, case_id, "name_driver", ActData(driver=driver))

    def _say(self, session: Session, case_id: str, trigger: str, text: str, files: tuple[str, ...]) -> Case:
        if not text.strip():
            raise Unprocessable("say what you object to")
        return self._do(session, case_id, trigger, ActData(statement=text, files=files))

    def _do(self, session: Session, case_id: str, trigger: str, data: ActData) -> Case:
        """Raises `NotFound`, `Conflict` (not now) or `Unprocessable`."""
        case = self._cases.locked(session, case_id)
        outcome = self._carrying_out.do(session, case, Deed(Act(trigger, ACTOR, Role.PARTY), Person(ACTOR), data))
        if isinstance(outcome, Refusal):
            checks = self._cases.playbook_of(session, case).checks
            raise problem(outcome, lambda name: checks[name].failed.en)
        return case
