"""Commands to nodes over HTTP: administrators give them, nodes bring what they were asked for."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from central.api.access import Administrator, CallingNode, CoreDep
from central.api.problems import RESPONSES
from central.audit.service import LookPurpose, log_look
from central.evidence.api import SAFE
from central.nodes.asking import Asking, AskKind, ResultFiles, ask, asked, find_command
from central.nodes.tables import NodeCommand
from yuhang.messages import Finding, ResultFile, Slug, Ulid

router = APIRouter(prefix="/api/v1", tags=["nodes"], responses=RESPONSES)
Reason = Annotated[str, Query(min_length=2, max_length=500, description="why you look at it; logged with your name")]


class NewCommand(BaseModel):
    """What a node is asked for."""

    kind: AskKind
    camera: Slug | None = Field(default=None, description="for snapshot, clip and restart-camera")
    seconds: float = Field(default=10.0, gt=0, le=120, description="length of a clip: the last seconds")
    reason: str = Field(min_length=2, max_length=500)


class CommandId(BaseModel):
    """A queued command."""

    id: str


class AskedAnswer(BaseModel):
    """A command, who gave it and what came of it."""

    id: str
    name: str
    camera: str
    asked_by: str
    reason: str
    status: str = Field(description="waiting, accepted, done, refused or expired")
    detail: str
    answered_at: datetime | None
    file: ResultFile | None
    findings: list[Finding]


@router.post("/nodes/{site}/{node}/commands", status_code=202, summary="Ask a node for something")
def post_command(site: Slug, node: Slug, new: NewCommand, core: CoreDep, user: Administrator) -> CommandId:
    """Answered under the id within seconds; a picture or clip that is asked for is logged as a look."""
    asking = Asking(site, node, new.kind, new.reason, new.camera or "", new.seconds)
    with core.database.session() as session:
        return CommandId(id=ask(session, core.clock, user, asking))


@router.get("/nodes/{site}/{node}/commands", summary="What people asked of a node")
def get_commands(site: Slug, node: Slug, core: CoreDep, _user: Administrator) -> list[AskedAnswer]:
    """Latest first."""
    with core.database.reader() as session:
        return [_answer(row) for row in asked(session, site, node)]


@router.get("/nodes/{site}/{node}/commands/{command_id}", summary="What became of a command")
def get_command(site: Slug, node: Slug, command_id: Ulid, core: CoreDep, _user: Administrator) -> AskedAnswer:
    """`status` says whether the node has done it."""
    with core.database.reader() as session:
        return _answer(find_command(session, site, node, command_id))


@router.get("/nodes/{site}/{node}/commands/{command_id}/file", summary="Look at what it brought", response_class=FileResponse)
def get_command_file(
    *, site: Slug, node: Slug, command_id: Ulid, core: CoreDep, user: Administrator, reason: Reason
) -> FileResponse:
    """The picture or clip, kept for a day; the look is logged. It is no evidence."""
    with core.database.session() as session:
        row = find_command(session, site, node, command_id)
        path = ResultFiles.of(core).checked(row)
        subject = f"node/{site}/{node}/{row.camera}"
        purpose = LookPurpose.ADMINISTRATION
        log_look(session, user, subject, reason, at=core.clock.now(), purpose=purpose, content=f"{row.name} {row.id}")
        media_type = ResultFile.model_validate(row.file).media_type
    return FileResponse(path, media_type=media_type, headers=SAFE)


@router.put("/commands/{command_id}/result", status_code=204, summary="Bring what a command asked for")
async def put_result(command_id: Ulid, request: Request, core: CoreDep, node: CallingNode) -> None:
    """The bytes of a picture or clip, with the node's credential, before its reply says that it is done."""
    await ResultFiles.of(core).receive(core, node, command_id, request.stream())


def _answer(row: NodeCommand) -> AskedAnswer:
    names = ("id", "name", "camera", "asked_by", "reason", "status", "detail", "answered_at", "file")
    facts: dict[str, Any] = {name: getattr(row, name) for name in names}
    return AskedAnswer.model_validate({**facts, "findings": row.findings or []})
