"""Files as they arrive: measured once, and told to whoever waits for them. A file that was deleted under a rule stays away."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from central.database import Database, claim, insert_missing
from central.evidence.measuring import PictureMeasures, measure_picture
from central.evidence.store import EvidenceStore
from central.evidence.tables import StoredFile

BATCH = 100

ArrivalListener = Callable[[Session, str], None]
"""Told of each file (SHA-256) that has arrived, inside the transaction that marks it told."""


def note_arrival(session: Session, store: EvidenceStore, sha256: str, max_pixels: int, now: datetime) -> None:
    """Note that a file is here, with its measured values; one that is here already stays as it is, a deleted one is back."""
    known = session.get(StoredFile, sha256)
    if known is not None and known.deleted_at is None:
        return
    content = store.read(sha256)
    measures = measure_picture(content, max_pixels)
    row: dict[str, Any] = {
        "sha256": sha256,
        "arrived_at": now,
        "size": len(content),
        "measures": measures.model_dump() if measures else None,
        "told": False,
    }
    if known is None:
        insert_missing(session, StoredFile, [row])
        return
    known.arrived_at, known.measures, known.told = now, row["measures"], False
    known.condemned_at, known.rule, known.deleted_at = None, None, None


def measures_of(session: Session, files: Iterable[str]) -> Mapping[str, PictureMeasures]:
    """Measured values of those of these files that are pictures and have arrived."""
    rows = session.scalars(select(StoredFile).where(StoredFile.sha256.in_(list(files))))
    return {row.sha256: PictureMeasures.model_validate(row.measures) for row in rows if row.measures}


def is_deleted(session: Session, sha256: str) -> bool:
    """Whether the file was deleted, or is about to be, under a rule of retention."""
    row = session.get(StoredFile, sha256)
    return row is not None and row.condemned_at is not None


class ArrivalWorker:
    """Tells the listeners of files that have arrived, each once."""

    name = "arrivals"

    def __init__(self, database: Database, listeners: Iterable[ArrivalListener]) -> None:
        self._database = database
        self._listeners = tuple(listeners)

    def run_once(self) -> int:
        waiting = select(StoredFile).where(StoredFile.told.is_(False)).order_by(StoredFile.arrived_at, StoredFile.sha256)
        with self._database.reader() as session:
            if session.scalar(waiting.limit(1)) is None:
                return 0
        with self._database.session() as session:
            rows = claim(session, waiting.limit(BATCH))
            for row in rows:
                for listen in self._listeners:
                    listen(session, row.sha256)
                row.told = True
        return len(rows)
