"""Commands to nodes: written with the decision that needs them, then sent until the node has answered or they expire."""

from datetime import timedelta

import structlog
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from central.database import Database, claim
from central.nodes.tables import NodeCommand
from yuhang.clock import Clock
from yuhang.messages import Command, Reply
from yuhang.mqtt.session import MqttSession
from yuhang.topics import NodeTopics

log = structlog.get_logger(__name__)

RESEND_S = 10.0  # a command without an answer is sent again after this long; a node answers a repeat as before
_BATCH = 100


def send_command(session: Session, site: str, node: str, name: str, command: Command) -> None:
    """Queue a command in the caller's transaction; it goes out after the commit. Sending the same id twice queues it once."""
    if session.get(NodeCommand, command.id) is not None:
        return
    session.add(
        NodeCommand(
            id=command.id, site=site, node=node, name=name, payload=command.model_dump_json(), expires_at=command.expires_at
        )
    )


def record_reply(session: Session, site: str, node: str, reply: Reply) -> bool:
    """Record a node's answer; false if the node was never asked this. The first final answer stands."""
    row = session.get(NodeCommand, reply.id, with_for_update=True)
    if row is None or (row.site, row.node) != (site, node):
        return False
    if row.status in {"waiting", "accepted", "expired"}:
        row.answered_at, row.status, row.detail = reply.time, reply.status, reply.detail
        row.file = reply.file.model_dump(mode="json") if reply.file else None
        row.findings = [finding.model_dump(mode="json") for finding in reply.findings] or None
    return True


class CommandSender:
    """Publishes queued commands and repeats them until they are answered."""

    name = "commands"

    def __init__(self, database: Database, session: MqttSession, clock: Clock) -> None:
        self._database = database
        self._mqtt = session
        self._clock = clock

    def run_once(self) -> int:
        if not self._mqtt.connected:
            return 0
        now = self._clock.now()
        due = (
            select(NodeCommand)
            .where(NodeCommand.answered_at.is_(None), or_(NodeCommand.next_send_at.is_(None), NodeCommand.next_send_at <= now))
            .order_by(NodeCommand.id)
            .limit(_BATCH)
        )
        with self._database.reader() as session:
            if session.scalar(select(func.count()).select_from(due.subquery())) == 0:
                return 0
        with self._database.session() as session:
            rows = claim(session, due)
            for row in rows:
                if row.expires_at <= now:
                    row.answered_at, row.status = now, "expired"
                    log.warning("command_expired", site=row.site, node=row.node, command=row.name, id=row.id)
                    continue
                self._mqtt.publish(NodeTopics(row.site, row.node).command(row.name), row.payload.encode(), qos=1)
                row.sent += 1
                row.next_send_at = now + timedelta(seconds=RESEND_S)
        return len(rows)
