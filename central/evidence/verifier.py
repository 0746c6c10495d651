"""Checks late what could not be checked at once: records that came before their node had shown its key."""

from sqlalchemy import select

from central.database import Database
from central.evidence.records import KEY_UNKNOWN, verify_waiting
from central.evidence.tables import EvidenceRow
from central.nodes.tables import Node


class EvidenceVerifier:
    """Worker around `verify_waiting`."""

    name = "evidence"

    def __init__(self, database: Database) -> None:
        self._database = database

    def run_once(self) -> int:
        waiting = (
            select(EvidenceRow.hash)
            .join(Node, (Node.site == EvidenceRow.site) & (Node.node == EvidenceRow.node))
            .where(EvidenceRow.verified.is_(False), EvidenceRow.reason == KEY_UNKNOWN, Node.public_key.is_not(None))
        )
        with self._database.reader() as session:
            if session.scalar(waiting.limit(1)) is None:
                return 0
        with self._database.session() as session:
            return verify_waiting(session)
