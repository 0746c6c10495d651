"""Evidence records out of events: each checked against the node's pinned key and against its neighbours in the chain."""

from collections.abc import Iterable, Sequence

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from central.database import insert_missing
from central.evidence.tables import EvidenceRow
from central.nodes.tables import Node
from yuhang.evidence.canonical import record_line
from yuhang.evidence.verify import verify_record
from yuhang.messages import EVENT_CLASSES, WITHOUT_EVIDENCE, EvidenceFile, EvidenceRecord, NodeEvent, event_type, evidence_of
from yuhang.topics import NodeTopics

log = structlog.get_logger(__name__)

EVENTS_WITH_EVIDENCE = tuple(event_type(event) for event in EVENT_CLASSES if event not in WITHOUT_EVIDENCE)
_BATCH = 200
KEY_UNKNOWN = "the node has not shown its public key"  # the one objection that goes away by itself


def record_evidence(session: Session, event: NodeEvent) -> None:
    """Event handler: keep the records that an event brings. Runs before the features' own handlers."""
    files = evidence_of(event)
    if not files:
        return
    known = set(session.scalars(select(EvidenceRow.hash).where(EvidenceRow.hash.in_(_hashes(files)))))
    for file in files:
        if file.record.hash in known:
            continue
        reason = _objection(session, event.source, file.record)
        if reason is not None:
            log.error("evidence_refused", event_id=event.id, file=file.record.file_sha256, reason=reason)
        insert_missing(session, EvidenceRow, [_row(event.id, file, reason)])


def records_of_file(session: Session, sha256: str) -> Sequence[EvidenceRow]:
    """The records that name a file, those that hold first; none: the file is no evidence."""
    statement = (
        select(EvidenceRow).where(EvidenceRow.file_sha256 == sha256).order_by(EvidenceRow.verified.desc(), EvidenceRow.seq)
    )
    return session.scalars(statement).all()


def records_of_event(session: Session, event_id: str) -> Sequence[EvidenceRow]:
    """The records that an event has brought, in the order of capture."""
    return session.scalars(select(EvidenceRow).where(EvidenceRow.event_id == event_id).order_by(EvidenceRow.seq)).all()


def records_of_node(session: Session, site: str, node: str) -> Sequence[EvidenceRow]:
    """A node's records in the order of its chain."""
    statement = select(EvidenceRow).where(EvidenceRow.site == site, EvidenceRow.node == node)
    return session.scalars(statement.order_by(EvidenceRow.seq, EvidenceRow.hash)).all()


def chain_part(session: Session, site: str, node: str, first: int, last: int) -> Sequence[EvidenceRow]:
    """The records of a node between two numbers, both included, that hold; one for each number."""
    statement = select(EvidenceRow).where(EvidenceRow.site == site, EvidenceRow.node == node, EvidenceRow.verified.is_(True))
    return session.scalars(statement.where(EvidenceRow.seq.between(first, last)).order_by(EvidenceRow.seq)).all()


def chain_head(session: Session, site: str, node: str) -> EvidenceRow | None:
    """The latest record of a node that holds."""
    statement = select(EvidenceRow).where(EvidenceRow.site == site, EvidenceRow.node == node, EvidenceRow.verified.is_(True))
    return session.scalars(statement.order_by(EvidenceRow.seq.desc()).limit(1)).first()


def records_by_hash(session: Session, hashes: Iterable[str]) -> Sequence[EvidenceRow]:
    """The records of these hashes, those that are known."""
    return session.scalars(select(EvidenceRow).where(EvidenceRow.hash.in_(list(hashes))).order_by(EvidenceRow.seq)).all()


def verify_waiting(session: Session) -> int:
    """Check the records that came before their node's key, now that the key is known; returns how many were checked."""
    rows = session.scalars(
        select(EvidenceRow)
        .join(Node, (Node.site == EvidenceRow.site) & (Node.node == EvidenceRow.node))
        .where(EvidenceRow.reason == KEY_UNKNOWN, Node.public_key.is_not(None))
        .order_by(EvidenceRow.site, EvidenceRow.node, EvidenceRow.seq)
        .limit(_BATCH)
    ).all()
    for row in rows:
        record = EvidenceRecord.model_validate_json(row.record)
        row.reason = _objection(session, NodeTopics(row.site, row.node).prefix, record)
        row.verified = row.reason is None
        session.flush()  # the next record is checked against this one
    return len(rows)


def _hashes(files: Iterable[EvidenceFile]) -> list[str]:
    return [file.record.hash for file in files]


def _objection(session: Session, source: str, record: EvidenceRecord) -> str | None:
    """Why the record does not hold, or null."""
    if source != NodeTopics(record.site, record.node).prefix:
        return "the record belongs to another node than the event"
    node = session.get(Node, (record.site, record.node))
    if node is None or node.public_key is None:
        return KEY_UNKNOWN
    findings = verify_record(record, node.public_key)
    if findings:
        return findings[0].text()[:300]
    return _breaks_chain(session, record)


def _breaks_chain(session: Session, record: EvidenceRecord) -> str | None:
    neighbours = session.scalars(
        select(EvidenceRow)
        .where(EvidenceRow.site == record.site, EvidenceRow.node == record.node, EvidenceRow.verified.is_(True))
        .where(EvidenceRow.seq.between(record.seq - 1, record.seq + 1))
    ).all()
    for row in neighbours:
        if row.seq == record.seq:
            return f"the node has signed two different records number {record.seq}"
        if row.seq == record.seq - 1 and row.hash != record.previous:
            return f"the record does not follow record {row.seq}"
        if row.seq == record.seq + 1 and row.previous != record.hash:
            return f"record {row.seq} does not follow it"
    return None


def _row(event_id: str, file: EvidenceFile, reason: str | None) -> dict[str, object]:
    record = file.record
    return {
        "hash": record.hash,
        "site": record.site,
        "node": record.node,
        "seq": record.seq,
        "previous": record.previous,
        "file_sha256": record.file_sha256,
        "event_id": event_id,
        "kind": record.kind.value,
        "media_type": record.media_type,
        "size": record.size,
        "captured_at": record.captured_at,
        "record": record_line(record).decode(),
        "details": file.model_dump(mode="json", exclude={"record"}),
        "verified": reason is None,
        "reason": reason,
    }
