"""News of a case: what moves it, and what moves nothing and is written down all the same."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from central.cases.engine import Act, Refusal, Transition
from central.cases.service import CaseService, Happening
from central.cases.tables import Case


@dataclass(frozen=True, slots=True)
class CaseNews:
    """Tells cases what has happened."""

    cases: CaseService

    def pull(self, session: Session, case: Case, act: Act, happening: Happening, *, quiet: bool = False) -> Transition | Refusal:
        """Pull a trigger; what has no effect is written down too, unless `quiet`."""
        outcome = self.cases.pull(session, case, act, happening)
        if isinstance(outcome, Refusal) and not quiet:
            self.cases.note(session, case, act, happening, outcome)
        return outcome
