"""Papers over HTTP: list, issue, download; every download is logged with its reason."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from central.api.access import CaseWorker, CoreDep
from central.api.problems import RESPONSES
from central.audit.service import LookAction, log_look
from central.cases.queries import find_case
from central.documents.papers import PaperKind, Party, Style
from central.documents.service import DocumentService, PaperWish
from central.documents.tables import Paper
from central.errors import NotFound

Reason = Annotated[str, Query(min_length=2, max_length=500, description="why you look at it; logged with your name")]


class PartyBody(BaseModel):
    """The person concerned; it stands on the paper and nowhere else."""

    name: str = Field(min_length=1, max_length=60)
    identity: str = Field(default="", max_length=40)
    address: str = Field(default="", max_length=120)


class IssueBody(BaseModel):
    """Which paper to issue."""

    kind: PaperKind
    reason: str = Field(min_length=2, max_length=500, description="recorded with your name")
    party: PartyBody | None = None
    fine_yuan: int | None = Field(default=None, ge=0, le=200, description="for an informing paper; left out: the authority's")
    serves: str | None = Field(default=None, max_length=26, description="for a service receipt: id of the paper served")
    way: str = Field(default="", max_length=60, description="for a service receipt: how it is served")
    place: str = Field(default="", max_length=120, description="for a service receipt: where")
    corrects: str | None = Field(default=None, max_length=26, description="id of the paper that this one takes the place of")
    language: Literal["zh", "en"] = Field(default="zh", description="of the case file; all other papers are Chinese")
    gloss: bool = Field(default=False, description="English beside the Chinese labels")

    def wish(self, case_id: str) -> PaperWish:
        """What the service is asked for."""
        return PaperWish(
            case_id=case_id,
            kind=self.kind,
            reason=self.reason,
            party=Party(**self.party.model_dump()) if self.party else None,
            fine_yuan=self.fine_yuan,
            serves=self.serves,
            way=self.way,
            place=self.place,
            corrects=self.corrects,
            style=Style(self.language, self.gloss),
        )


class PaperAnswer(BaseModel):
    """A paper as it was issued."""

    id: str
    kind: PaperKind
    number: str
    issued_at: datetime
    issued_by: str
    unit: str
    corrects: str | None = Field(description="id of the paper that this one takes the place of")
    sha256: str
    size: int

    @classmethod
    def of(cls, paper: Paper) -> "PaperAnswer":
        """From its row."""
        return cls.model_validate(paper, from_attributes=True)


def document_router(documents: DocumentService) -> APIRouter:
    """`/api/v1/cases/{case_id}/papers`."""
    router = APIRouter(prefix="/api/v1/cases", tags=["papers"], responses=RESPONSES)

    @router.get("/{case_id}/papers", summary="List the papers of a case")
    def list_papers(core: CoreDep, _user: CaseWorker, case_id: str) -> list[PaperAnswer]:
        """In the order in which they were issued."""
        with core.database.reader() as session:
            find_case(session, case_id)
            return [PaperAnswer.of(paper) for paper in documents.papers_of(session, case_id)]

    @router.post("/{case_id}/papers", summary="Issue a paper")
    def issue_paper(core: CoreDep, user: CaseWorker, case_id: str, body: IssueBody) -> PaperAnswer:
        """Issue a paper under a new number, or give the one that was issued for this before."""
        with core.database.session() as session:
            return PaperAnswer.of(documents.issue(session, user, body.wish(case_id)))

    @router.get("/{case_id}/papers/{paper_id}", summary="Download a paper", response_class=Response)
    def get_paper(
        *,
        core: CoreDep,
        user: CaseWorker,
        case_id: str,
        paper_id: str,
        reason: Reason,
        inline: Annotated[bool, Query(description="show it in the browser instead of saving it")] = False,
    ) -> Response:
        """The PDF as it was issued; the look is logged."""
        with core.database.session() as session:
            paper = documents.find(session, case_id, paper_id)
            if not paper.content:
                raise NotFound("the paper was deleted with the personal data of the case; its number and hash remain")
            said = f"{paper.kind} {paper.number}, {'looked at' if inline else 'taken along'}"
            log_look(session, user, f"paper/{paper_id}", reason, at=core.clock.now(), action=LookAction.PAPER, content=said)
            content = paper.content
        way = "inline" if inline else "attachment"
        headers = {
            "Content-Disposition": f'{way}; filename="{paper.kind}-{paper.year}-{paper.serial:06d}.pdf"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(content, media_type="application/pdf", headers=headers)

    return router
