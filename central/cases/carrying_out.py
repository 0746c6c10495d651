"""Carrying out an act with what it brings along: one way for officers and the party, in the caller's transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from central.authority.service import AuthorityService
from central.cases.acts import BROUGHT_BY, ActData
from central.cases.calendar import end_of
from central.cases.engine import Act, Facts, Refusal, RefusalReason, Transition
from central.cases.issued import DECISION, PAPER_OF_ACT
from central.cases.playbook import StateKind
from central.cases.procedure import Person, Standing, act_checks, proposed_amount
from central.cases.records import CaseRecords
from central.cases.service import CaseService, Happening
from central.cases.tables import Case
from central.errors import Conflict, Forbidden, Problem, Unprocessable
from yuhang.clock import Clock

HasFile = Callable[[str], bool]
"""Whether the bytes of a file (by its SHA-256) are stored."""


@dataclass(frozen=True, slots=True)
class Deed:
    """An act about to be carried out: who (with which certificate), in which role, what they bring along."""

    act: Act
    person: Person
    data: ActData
    unit: str = ""


class CarryingOut:
    """Checks an act against the law, moves the case, and keeps what the act brought along."""

    def __init__(
        self, cases: CaseService, authorities: AuthorityService, records: CaseRecords, clock: Clock, has_file: HasFile
    ) -> None:
        self._cases = cases
        self._authorities = authorities
        self._records = records
        self._clock = clock
        self._has_file = has_file

    def do(self, session: Session, case: Case, deed: Deed) -> Transition | Refusal:
        """Carry out a deed on a locked case; a refusal changes nothing."""
        act, data, now = deed.act, deed.data, self._clock.now()
        standing = self._cases.standing(session, case)
        self._check_names(standing, deed)
        checks = act_checks(standing, deed.person, data)
        facts = Facts(checks, given=_moments(data))
        about = {"unit": deed.unit, "certificate": self._certificate(standing, deed.person)}
        history = {name: value for name, value in about.items() if value} | data.for_history() | _paper_of(standing, act.trigger)
        happening = Happening(now, facts, history)
        outcome = self._cases.pull(session, case, act, happening)
        if isinstance(outcome, Transition):
            self._keep(session, case, deed, outcome, standing)
        session.flush()
        return outcome

    def _check_names(self, standing: Standing, deed: Deed) -> None:
        playbook = standing.playbook
        if deed.act.trigger not in playbook.triggers:
            raise Unprocessable(f"cases of this kind know {', '.join(sorted(playbook.triggers))}")
        if deed.data.ground and deed.data.ground not in playbook.void_grounds:
            raise Unprocessable(f"the grounds are {', '.join(playbook.void_grounds)}")
        for sha256 in deed.data.files:
            if not self._has_file(sha256):
                raise Unprocessable(f"files: {sha256} has not been uploaded; upload it first")

    def _certificate(self, standing: Standing, person: Person) -> str:
        return standing.profile.certificate_of(person.name) or person.certificate

    def _keep(self, session: Session, case: Case, deed: Deed, outcome: Transition, standing: Standing) -> None:
        """What an act leaves on the case itself, and in the protected records."""
        name, data = deed.person.name, deed.data
        match deed.act.trigger:
            case "approve":
                case.reviewed_by, case.confirmed_by = name, None
            case "confirm":
                case.confirmed_by = name
            case "send_back" | "take_back":
                case.reviewed_by = None
            case "inform":
                case.amount = proposed_amount(standing, data)
            case "decide":
                case.amount, case.decided_by = proposed_amount(standing, data), name
            case "hand_over":
                self._hand_over(session, case, data.target)
        if data.ground:
            case.void_ground = data.ground
        if (data.ground or outcome.kind is not StateKind.OPEN) and case.decided_by is None:
            case.decided_by = name
        self._records.keep(session, case, deed.act, data, self._clock.now())

    def _hand_over(self, session: Session, case: Case, target: str) -> None:
        key = self._authorities.pinned(session, target)
        case.profile, case.profile_version = key.name, key.version
        case.reviewed_by = case.confirmed_by = None


def _paper_of(standing: Standing, trigger: str) -> dict[str, object]:
    """Number and hash of the paper on which an act rests, for the history."""
    kind = PAPER_OF_ACT.get(trigger)
    paper = standing.decision if kind == DECISION else standing.informing
    return {} if kind is None or paper is None else {"paper": paper.number, "paper_sha256": paper.sha256}


def _moments(data: ActData) -> dict[str, datetime]:
    """Moments that an act brings; each counts only where the playbook's rule marks it."""
    given: dict[str, datetime] = {}
    if data.service is not None:
        given |= dict.fromkeys(("informed_at", "served_at", "owner_notified_at"), data.service.at)
    if data.until is not None:
        given["extended_until"] = end_of(data.until)
    return given


def problem(refusal: Refusal, standing_titles: Callable[[str], str]) -> Problem:
    """A refusal as an error that says what to do; `standing_titles` gives the words for a failed check."""
    match refusal.reason:
        case RefusalReason.NOT_ALLOWED:
            return Forbidden("your role does not allow this")
        case RefusalReason.REASON_MISSING:
            return Unprocessable("give a reason; it is recorded with your name")
        case RefusalReason.CHECKS_FAILED:
            said = "; ".join(f"{name}: {standing_titles(name)}" for name in refusal.failed)
            return Unprocessable(said) if BROUGHT_BY.keys() & refusal.failed else Conflict(f"not now: {said}")
        case RefusalReason.CLOSED:
            return Conflict("the case has ended; what was decided stands")
        case RefusalReason.NOT_HERE:
            return Conflict("this cannot be done with the case as it stands")
