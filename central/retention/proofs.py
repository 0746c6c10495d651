"""The chain of deletion records: added to in the transaction of the deletion, read by subject and in pages."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from central.retention.tables import DeletionRow
from yuhang.evidence.canonical import NO_PREVIOUS
from yuhang.evidence.deletions import DeletedThing, Deletion, DeletionRecord, deletion_line, sign_deletion
from yuhang.evidence.keys import NodeKey

_CHUNK = 400


def deletion_key(data_dir: Path) -> NodeKey:
    """Central's own key for deletion records, made on first use."""
    return NodeKey.open(data_dir / "deletions.key")


def record_deletion(session: Session, key: NodeKey, deletion: Deletion) -> DeletionRecord:
    """Sign a deletion and add it to the chain. The caller holds the plan's row, so that nobody else adds meanwhile."""
    last = session.scalar(select(DeletionRow).order_by(DeletionRow.seq.desc()).limit(1))
    record = sign_deletion(deletion, last.seq + 1 if last else 1, last.hash if last else NO_PREVIOUS, key)
    session.add(
        DeletionRow(
            seq=record.seq,
            at=record.at,
            run=record.run,
            rule=record.rule,
            thing=record.thing.value,
            subject=record.subject,
            hash=record.hash,
            record=deletion_line(record),
        )
    )
    session.flush()
    return record


def deletions_of_files(session: Session, files: Iterable[str]) -> list[DeletionRow]:
    """The records of those of these files (SHA-256) that were deleted."""
    names = list(files)
    found: list[DeletionRow] = []
    for first in range(0, len(names), _CHUNK):
        chosen = DeletionRow.thing == DeletedThing.FILE.value, DeletionRow.subject.in_(names[first : first + _CHUNK])
        found += session.scalars(select(DeletionRow).where(*chosen).order_by(DeletionRow.seq)).all()
    return found


def list_deletions(
    session: Session, *, rule: str = "", subject: str = "", before: int | None = None, limit: int = 100
) -> Sequence[DeletionRow]:
    """The chain, latest first, page by page: `before` is the last number of the page before."""
    statement = select(DeletionRow).order_by(DeletionRow.seq.desc()).limit(limit)
    if rule:
        statement = statement.where(DeletionRow.rule == rule)
    if subject:
        statement = statement.where(DeletionRow.subject == subject)
    if before is not None:
        statement = statement.where(DeletionRow.seq < before)
    return session.scalars(statement).all()
