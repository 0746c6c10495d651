"""What the procedure asks about papers, and what it is told of them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from central.cases.engine import Act, Refusal
from central.cases.issued import PaperReference
from central.cases.playbook import Role
from central.cases.service import CaseService, Happening
from central.cases.tables import Case
from central.documents.tables import Paper
from central.users.roles import Principal


def latest_papers(session: Session, case_id: str) -> dict[str, PaperReference]:
    """The latest paper of each kind, by kind: a correction takes the place of what it corrects."""
    rows = session.scalars(select(Paper).where(Paper.case_id == case_id).order_by(Paper.issued_at, Paper.year, Paper.serial))
    return {row.kind: PaperReference(row.kind, row.number, row.sha256, row.fine_yuan, row.issued_at) for row in rows}


def tell(session: Session, cases: CaseService, user: Principal, case: Case, paper: Paper) -> None:
    """Tell the procedure that a paper on which it rests is there; the history says so also where that moves nothing."""
    act = Act(f"{paper.kind}_issued", user.name, Role(user.role.value), paper.reason)
    happening = Happening(paper.issued_at, data={"paper": paper.number, "paper_sha256": paper.sha256, "unit": paper.unit})
    outcome = cases.pull(session, case, act, happening)
    if isinstance(outcome, Refusal):
        cases.note(session, case, act, happening, outcome)
