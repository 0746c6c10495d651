"""Commands that a person gives a node: with a reason, answered with a picture, a clip or a report, forgotten after a day."""

import hashlib
from collections.abc import AsyncIterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

import structlog
from anyio import to_thread
from sqlalchemy import select
from sqlalchemy.orm import Session

from central.audit.service import LookAction, LookPurpose, log_look
from central.core import Core
from central.errors import Conflict, NotFound, Unprocessable
from central.ids import new_id
from central.nodes.commands import send_command
from central.nodes.service import NodeIdentity, described, find_node
from central.nodes.tables import NodeCommand
from central.users.roles import Principal
from yuhang.clock import Clock
from yuhang.messages import Command, CutClip, Reload, RestartCamera, SelfTest, TakeSnapshot

log = structlog.get_logger(__name__)

LIVES = timedelta(minutes=2)
"""A command that a node has not come to by then is no longer wanted: whoever gave it has gone on."""
KEPT = timedelta(hours=24)
"""So long a picture or clip can be looked at; it is no evidence."""


class AskKind(StrEnum):
    """What a person may ask of a node; the names are those of the topics."""

    SNAPSHOT = "snapshot"
    CLIP = "clip"
    RESTART_CAMERA = "restart-camera"
    RELOAD = "reload"
    SELF_TEST = "self-test"

    @property
    def word(self) -> str:
        """The kind as a key of catalogues."""
        return self.value.replace("-", "_")

    @property
    def shows(self) -> bool:
        """Whether it brings a picture of people and vehicles."""
        return self in {AskKind.SNAPSHOT, AskKind.CLIP}


@dataclass(frozen=True, slots=True)
class Asking:
    """What somebody asks of a node, and why. `camera` where the kind is about one, `seconds` for a clip."""

    site: str
    node: str
    kind: AskKind
    reason: str
    camera: str = ""
    seconds: float = 10.0


def ask(session: Session, clock: Clock, user: Principal, asking: Asking) -> str:
    """Queue the command and return its id; a picture that is asked for is a look, logged here.

    Raises `NotFound`, `Conflict` (the node is not there) and `Unprocessable` (no reason, or a camera that it does not have).
    """
    row = find_node(session, asking.site, asking.node)
    if row.status != "online":
        raise Conflict(f"node {asking.site}/{asking.node} is not online; it would come to the command too late")
    if len(asking.reason.strip()) < 2:
        raise Unprocessable("reason: say why; it is kept with your name")
    description = described(row)
    cameras = {camera.camera for camera in description.cameras} if description else set()
    if asking.kind in {AskKind.SNAPSHOT, AskKind.CLIP, AskKind.RESTART_CAMERA} and asking.camera not in cameras:
        raise Unprocessable(f"camera: the node has {', '.join(sorted(cameras)) or 'none'}")
    command = _command(asking, new_id(clock), clock.now() + LIVES * clock.speed)
    subject = f"node/{asking.site}/{asking.node}/{asking.camera}"
    if asking.kind.shows:
        purpose = LookPurpose.ADMINISTRATION
        log_look(
            session, user, subject, asking.reason, at=clock.now(), action=LookAction.LIVE, purpose=purpose, content=asking.kind
        )
    send_command(session, asking.site, asking.node, asking.kind.value, command)
    session.flush()
    queued = session.get_one(NodeCommand, command.id)
    queued.asked_by, queued.reason, queued.camera = user.name, asking.reason.strip(), asking.camera
    log.info("node_asked", site=asking.site, node=asking.node, command=asking.kind.value, by=user.name)
    return command.id


def asked(session: Session, site: str, node: str, limit: int = 20) -> list[NodeCommand]:
    """What people have asked of a node, latest first."""
    chosen = select(NodeCommand).where(NodeCommand.site == site, NodeCommand.node == node, NodeCommand.asked_by != "")
    return list(session.scalars(chosen.order_by(NodeCommand.id.desc()).limit(limit)))


def find_command(session: Session, site: str, node: str, command_id: str) -> NodeCommand:
    """One command, or `NotFound`."""
    row = session.get(NodeCommand, command_id)
    if row is None or (row.site, row.node) != (site, node):
        raise NotFound("there is no such command")
    return row


@dataclass(frozen=True, slots=True)
class ResultFiles:
    """Pictures and clips that commands have brought, each under its command's id until `KEPT` is over."""

    folder: Path
    max_bytes: int

    @classmethod
    def of(cls, core: Core) -> "ResultFiles":
        """Those of this central."""
        return cls(core.config.data_dir / "results", core.config.evidence.max_file_mb * 2**20)

    def path(self, command_id: str) -> Path:
        """Where the file of a command (an id that the database knows) is or would be."""
        return self.folder / command_id

    async def receive(self, core: Core, node: NodeIdentity, command_id: str, body: AsyncIterable[bytes]) -> None:
        """Take the file that a node brings for a command that it was given; raises as `EvidenceStore.receive`."""
        await to_thread.run_sync(_expected, core, node, command_id)
        content = bytearray()
        async for piece in body:
            content += piece
            if len(content) > self.max_bytes:
                raise Unprocessable(f"a file has at most {self.max_bytes} bytes")
        await to_thread.run_sync(self._write, command_id, bytes(content))

    def checked(self, row: NodeCommand) -> Path:
        """The file of a command, if it is what the node has said; `NotFound` if it is gone or was never brought."""
        path = self.path(row.id)
        if row.file is None or not path.is_file():
            raise NotFound(
                f"there is no file; pictures and clips of commands are kept for {KEPT.total_seconds() / 3600:.0f} hours"
            )
        if hashlib.sha256(path.read_bytes()).hexdigest() != row.file["sha256"]:
            raise NotFound("the file is not the one that the node has answered with")
        return path

    def forget_before(self, limit: datetime) -> int:
        """Delete what is older; returns how many."""
        if not self.folder.is_dir():
            return 0
        old = [path for path in self.folder.iterdir() if path.stat().st_mtime < limit.timestamp()]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _write(self, command_id: str, content: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        partial = self.folder / f"{command_id}.partial"
        partial.write_bytes(content)
        partial.replace(self.path(command_id))


def _expected(core: Core, node: NodeIdentity, command_id: str) -> None:
    with core.database.reader() as session:
        row = find_command(session, node.site, node.node, command_id)
        if row.name not in {kind.value for kind in AskKind if kind.shows}:
            raise Conflict("this command brings no file")


def _command(asking: Asking, command_id: str, expires_at: datetime) -> Command:
    match asking.kind:
        case AskKind.SNAPSHOT:
            return TakeSnapshot(id=command_id, expires_at=expires_at, camera=asking.camera)
        case AskKind.CLIP:
            return CutClip(id=command_id, expires_at=expires_at, camera=asking.camera, seconds=asking.seconds)
        case AskKind.RESTART_CAMERA:
            return RestartCamera(id=command_id, expires_at=expires_at, camera=asking.camera)
        case AskKind.RELOAD:
            return Reload(id=command_id, expires_at=expires_at)
        case AskKind.SELF_TEST:
            return SelfTest(id=command_id, expires_at=expires_at)
