"""Evidence over HTTP: nodes bring it, people look at it and say why."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from central.api.access import CallingNode, CaseWorker, CoreDep, allow
from central.api.problems import RESPONSES
from central.audit.service import HIDDEN, log_look
from central.core import Core
from central.errors import Forbidden, NotFound
from central.evidence.arrivals import measures_of
from central.evidence.handing_out import hand_out
from central.evidence.pictures import PreviewSize, sniff_media_type
from central.evidence.previews import hiding_of, kept_preview
from central.evidence.receiving import receive_file
from central.evidence.records import records_of_file, records_of_node
from central.evidence.tables import EvidenceRow
from central.nodes.service import find_node
from central.retention.proofs import deletions_of_files
from central.users.roles import Principal, Role
from yuhang.evidence.deletions import DeletionRecord
from yuhang.messages import EvidenceRecord, Sha256

router = APIRouter(prefix="/api/v1/evidence", tags=["evidence"], responses=RESPONSES)

Onlooker = Annotated[Principal, Depends(allow(Role.VIEWER, Role.OFFICER, Role.REVIEWER, Role.SUPERVISOR))]
Reason = Annotated[str, Query(min_length=2, max_length=500, description="why you look at it; logged with your name")]
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "no-store",
}


class EvidenceAnswer(BaseModel):
    """What is known about a file."""

    record: EvidenceRecord
    verified: bool = Field(description="signature and chain hold")
    reason: str | None = Field(description="why they do not")
    event: str = Field(description="id of the event that brought the record")
    received: bool = Field(description="whether the file itself is here")
    deleted: DeletionRecord | None = Field(
        description="proof that the file was deleted under a rule of retention; null: it was not"
    )
    captured_at: datetime


@router.put("/{sha256}", status_code=201, summary="Bring a file")
async def put_file(sha256: Sha256, request: Request, response: Response, core: CoreDep, node: CallingNode) -> None:
    """Upload a file under the SHA-256 of its bytes, with the node's credential. Repeating it is harmless (200 instead of 201).

    The file becomes evidence by the event that carries its signed record.
    """
    if not await receive_file(core, sha256, request.stream(), request.headers.get("content-length")):
        response.status_code = 200


@router.get("/export", summary="Take a node's chain along", response_class=FileResponse)
def export_chain(
    *,
    core: CoreDep,
    user: CaseWorker,
    site: str,
    node: str,
    reason: Reason,
    sha256: Annotated[list[Sha256] | None, Query(description="only the records of these files")] = None,
) -> FileResponse:
    """A zip with records, public keys and files; `yuhang evidence verify --extract` checks it, unpacked, without central."""
    with core.database.reader() as session:
        find_node(session, site, node)
        records = records_of_node(session, site, node)
    if sha256:
        records = [record for record in records if record.file_sha256 in set(sha256)]
    return hand_out(core, user, records, reason, f"evidence-{site}-{node}.zip")


@router.get("/{sha256}", summary="Look at a file", response_class=FileResponse)
def get_file(sha256: Sha256, core: CoreDep, user: CaseWorker, reason: Reason) -> FileResponse:
    """The file as it was captured; the look is logged. What it is called is decided by its bytes."""
    path = _look(core, user, sha256, reason)
    return FileResponse(path, media_type=sniff_media_type(path), headers=SAFE)


@router.get("/{sha256}/preview", summary="Look at a small copy of a picture", response_class=Response)
def get_preview(
    *,
    sha256: Sha256,
    core: CoreDep,
    user: Onlooker,
    reason: Reason,
    size: PreviewSize = PreviewSize.SCREEN,
    blurred: Annotated[bool, Query(description="false: as captured; officers and reviewers only")] = True,
) -> Response:
    """A JPEG made for the screen, without metadata; the look is logged.

    People and other vehicles' plates are hidden, and for viewers the vehicle itself too. Where nobody has said what is to be
    hidden, everything around the vehicle is.
    """
    works_on_cases = user.role in {Role.OFFICER, Role.REVIEWER}
    if not blurred and not works_on_cases:
        raise Forbidden("only officers and reviewers see pictures as they were captured")
    form = f"preview {size.value}, {HIDDEN if blurred else 'as captured'}"
    with core.database.session() as session:
        rows = _find(core, session, sha256)
        log_look(session, user, f"evidence/{sha256}", reason, at=core.clock.now(), content=form)
        measures = measures_of(session, [sha256]).get(sha256)
        hiding = hiding_of(rows, measures, whole=not works_on_cases) if blurred else None
    content = kept_preview(core.evidence, sha256, size, core.config.evidence.max_pixels, hiding)
    return Response(content, media_type="image/jpeg", headers=SAFE)


@router.get("/{sha256}/record", summary="What is known about a file")
def get_record(sha256: Sha256, core: CoreDep, _user: CaseWorker) -> EvidenceAnswer:
    """The record that makes the file evidence, and whether it holds."""
    with core.database.reader() as session:
        rows = records_of_file(session, sha256)
        deleted = _deletion(session, sha256)
    if not rows:
        raise NotFound("there is no evidence of this name")
    row = rows[0]
    return EvidenceAnswer(
        record=EvidenceRecord.model_validate_json(row.record),
        verified=row.verified,
        reason=row.reason,
        event=row.event_id,
        received=core.evidence.has(sha256),
        deleted=deleted,
        captured_at=row.captured_at,
    )


def _look(core: Core, user: Principal, sha256: str, reason: str) -> Path:
    with core.database.session() as session:
        _find(core, session, sha256)
        log_look(session, user, f"evidence/{sha256}", reason, at=core.clock.now(), content="original")
    return core.evidence.path(sha256)


def _find(core: Core, session: Session, sha256: str) -> Sequence[EvidenceRow]:
    """The records of a file that is here; `NotFound` says so where it was deleted under a rule."""
    rows = records_of_file(session, sha256)
    deleted = _deletion(session, sha256)
    if deleted is not None:
        raise NotFound(
            f"the file was deleted under the retention rule {deleted.rule} on {deleted.at:%Y-%m-%d}; its record remains"
        )
    if not rows or not core.evidence.has(sha256):
        raise NotFound("there is no evidence of this name, or its file has not arrived")
    return rows


def _deletion(session: Session, sha256: str) -> DeletionRecord | None:
    found = deletions_of_files(session, [sha256])
    return DeletionRecord.model_validate_json(found[-1].record) if found else None
