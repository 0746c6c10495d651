"""What people bring to a case, over HTTP: photos of an officer, and what the person concerned has said."""

from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from central.api.access import CaseWorker, CoreDep
from central.api.problems import RESPONSES
from central.audit.service import log_look
from central.cases.acts import NamedDriver
from central.cases.api import Reason
from central.cases.queries import find_case
from central.cases.records import CaseRecords
from central.errors import NotFound
from central.evidence.api import SAFE
from central.evidence.pictures import media_type_of
from central.evidence.protected import bring_file, protected_files
from yuhang.messages import Sha256


class StatementLine(BaseModel):
    """A statement, defence or objection, and what came of it."""

    trigger: str
    actor: str
    received_at: datetime
    text: str
    answer: str | None = Field(description="uphold, dismiss, void or reconsider; null: to be answered")
    answered_at: datetime | None
    answered_by: str | None
    answer_reason: str | None


class DriverLine(BaseModel):
    """A driver whom the owner has named."""

    driver: NamedDriver
    named_at: datetime
    confirmed: bool | None = Field(description="null: to be looked at")
    answered_at: datetime | None
    answered_by: str | None


class FileLine(BaseModel):
    """A file that somebody has brought."""

    sha256: str
    trigger: str
    actor: str
    added_at: datetime


class BroughtDocument(BaseModel):
    """Everything people have brought to a case."""

    statements: list[StatementLine]
    drivers: list[DriverLine]
    files: list[FileLine]


def brought_router(records: CaseRecords) -> APIRouter:
    """`/api/v1/cases/{case_id}/...`."""
    router = APIRouter(prefix="/api/v1/cases", tags=["cases"], responses=RESPONSES)

    @router.put("/{case_id}/files/{sha256}", status_code=201, summary="Bring a photo to a case")
    async def put_file(
        case_id: str, sha256: Sha256, request: Request, response: Response, core: CoreDep, _user: CaseWorker
    ) -> None:
        """Upload under the SHA-256 of its bytes, then name it in an act. Kept encrypted. Repeating it is harmless (200)."""
        with core.database.reader() as session:
            find_case(session, case_id)
        _, new = await bring_file(core, request.stream(), sha256)
        if not new:
            response.status_code = 200

    @router.get("/{case_id}/files/{sha256}", summary="Look at a photo that somebody has brought", response_class=Response)
    def get_file(case_id: str, sha256: Sha256, core: CoreDep, user: CaseWorker, reason: Reason) -> Response:
        """The file as it came; the look is logged. What it is called is decided by its bytes."""
        with core.database.session() as session:
            find_case(session, case_id)
            if sha256 not in {row.sha256 for row in records.files(session, case_id)} or not core.evidence.has(sha256):
                raise NotFound("nobody has brought such a file to this case, or it was deleted under a rule of retention")
            log_look(session, user, f"evidence/{sha256}", reason, at=core.clock.now(), content="brought")
        content = protected_files(core).read(sha256)
        return Response(content, media_type=media_type_of(content[:16]), headers=SAFE)

    @router.get("/{case_id}/brought", summary="What the person concerned has said")
    def get_brought(core: CoreDep, user: CaseWorker, case_id: str, reason: Reason) -> BroughtDocument:
        """Statements, named drivers and files: personal data, so the look is logged."""
        with core.database.session() as session:
            find_case(session, case_id)
            log_look(session, user, f"case/{case_id}/brought", reason, at=core.clock.now())
            return brought_of(session, records, case_id)

    return router


def brought_of(session: Session, records: CaseRecords, case_id: str) -> BroughtDocument:
    """Everything people have brought to a case, personal words readable: whoever shows it logs the look."""
    return BroughtDocument(
        statements=[
            StatementLine(
                text=records.text_of(row), **{name: getattr(row, name) for name in StatementLine.model_fields if name != "text"}
            )
            for row in records.statements(session, case_id)
        ],
        drivers=[
            DriverLine(
                driver=records.driver_of(row),
                **{name: getattr(row, name) for name in DriverLine.model_fields if name != "driver"},
            )
            for row in records.drivers(session, case_id)
        ],
        files=[FileLine.model_validate(row, from_attributes=True) for row in records.files(session, case_id)],
    )
