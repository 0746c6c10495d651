"""A sorted batch into the database: events once each, dead letters counted."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from central.ingest.bulk import insert_events
from central.ingest.sorting import RefusedMessage, Sorted
from central.ingest.tables import DeadLetter
from central.nodes.tables import Node
from yuhang.topics import NodeTopics

UNACKNOWLEDGED_A_BATCH = 20  # letters written of a batch that the node will send again anyway
UNACKNOWLEDGED_KEPT = 1000  # and of each kind in all: a flood must not fill the disk


def known_nodes(session: Session, topics: Iterable[NodeTopics]) -> set[NodeTopics]:
    """Those of the nodes that are registered and enabled."""
    keys = [(one.site, one.node) for one in set(topics)]
    if not keys:
        return set()
    rows = session.execute(select(Node.site, Node.node).where(tuple_(Node.site, Node.node).in_(keys), Node.enabled.is_(True)))
    return {NodeTopics(site, node) for site, node in rows}


def store_batch(session: Session, batch: Sorted, at: datetime) -> None:
    """Write a batch in the caller's transaction; what is there already stays as it is."""
    insert_events(session, batch.accepted, at)
    if batch.refused:
        _store_letters(session, batch.refused, at)


def _store_letters(session: Session, refused: Sequence[RefusedMessage], at: datetime) -> None:
    kept = [one for one in refused if one.acknowledge]
    again = [one for one in refused if not one.acknowledge][:UNACKNOWLEDGED_A_BATCH]
    counts = Counter(one.digest for one in refused)
    letters = {one.digest: one for one in [*kept, *again]}
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    for digest, letter in sorted(letters.items()):  # always in the same order: two central workers cannot deadlock
        statement = dialect.insert(DeadLetter).values(
            digest=digest,
            reason=letter.reason,
            kind=letter.kind.value,
            topic=letter.message.topic[:300],
            payload=letter.kept,
            size=len(letter.message.payload),
            first_at=at,
            last_at=at,
            count=counts[digest],
        )
        session.execute(
            statement.on_conflict_do_update(
                index_elements=[DeadLetter.digest],
                set_={"count": DeadLetter.count + statement.excluded.count, "last_at": at, "reason": letter.reason},
            )
        )
    for kind in {one.kind for one in again}:
        _prune(session, kind.value)


def _prune(session: Session, kind: str) -> None:
    of_kind = DeadLetter.kind == kind
    if (session.scalar(select(func.count()).where(of_kind)) or 0) <= UNACKNOWLEDGED_KEPT:
        return
    latest = select(DeadLetter.digest).where(of_kind).order_by(DeadLetter.last_at.desc()).limit(UNACKNOWLEDGED_KEPT)
    session.execute(delete(DeadLetter).where(of_kind, DeadLetter.digest.not_in(latest)))
