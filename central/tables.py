"""All tables of central: importing this module fills `Base.metadata`. A new table is added to this one list."""

from central.audit.tables import Look
from central.database import Base
from central.deadlines.tables import Deadline
from central.events.tables import SeqRange, StoredEvent
from central.evidence.tables import EvidenceRow
from central.ingest.tables import DeadLetter
from central.nodes.tables import Node, NodeCommand
from central.users.tables import LoginFailures, User, UserToken

METADATA = Base.metadata

__all__ = [
    "METADATA",
    "DeadLetter",
    "Deadline",
    "EvidenceRow",
    "LoginFailures",
    "Look",
    "Node",
    "NodeCommand",
    "SeqRange",
    "StoredEvent",
    "User",
    "UserToken",
]
