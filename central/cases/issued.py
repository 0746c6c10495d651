"""Papers of a case as the procedure asks for them: which was issued last, under which number, with which hash."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class PaperReference:
    """A paper as it was issued; `fine` in yuan, 0 where it names none."""

    kind: str
    number: str
    sha256: str
    fine: int
    issued_at: datetime


PaperReferences = Callable[[Session, str], Mapping[str, PaperReference]]
"""The latest paper of each kind of a case, by kind; whoever keeps papers hands this in."""

INFORMING, DECISION = "informing", "decision"
TOLD_BY_PAPERS = frozenset({f"{INFORMING}_issued", f"{DECISION}_issued"})
"""Triggers that the paper itself pulls when it is issued; nobody pulls them without one."""
PAPER_OF_ACT = {"inform": INFORMING, "decide": INFORMING, "serve": DECISION}
"""Which paper an act rests on: its number and hash stand in the history beside the act."""

TOLD_BY_TASKS = frozenset({"take", "give_back", "type_plate", "send_officer", "errand_back"})
"""Triggers that tasks and errands on foot pull: who takes one stands in its own record too."""
TOLD_BY_OTHERS = TOLD_BY_PAPERS | TOLD_BY_TASKS
"""Triggers that are no acts of their own."""
