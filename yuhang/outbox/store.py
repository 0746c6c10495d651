"""The durable half of the outbox: one SQLite file that gives each event its number and forgets it only when told."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from yuhang.errors import MessageError, StorageError
from yuhang.messages import MAX_EVENT_BYTES, EventEnvelope
from yuhang.topics import NodeTopics

AnyEvent = TypeVar("AnyEvent", bound=EventEnvelope)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, payload BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS numbering (only INTEGER PRIMARY KEY CHECK (only = 1), last_seq INTEGER NOT NULL);
INSERT OR IGNORE INTO numbering VALUES (1, 0);
"""
_BUSY_TIMEOUT_S = 10.0
_CHUNK = 500  # SQLite takes a limited number of parameters in one statement


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as it lies in the outbox; `payload` is its JSON, number included, and never changes."""

    seq: int
    id: str
    type: str
    payload: bytes


class Outbox:
    """Events of one node in the order of their numbers, from 1 up; a number is never given twice, not even after a crash.

    Safe to use from several threads. With `synchronous=FULL` an event is on the disk before `put` returns.
    """

    def __init__(self, path: Path, site: str, node: str) -> None:
        """Open or create the file at `path`; `StorageError` if that is not possible."""
        self._source = NodeTopics(site, node).prefix
        self._path = path
        self._lock = threading.Lock()
        with self._explained():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=FULL")
            self._connection.executescript(_SCHEMA)

    def put(self, event: AnyEvent) -> AnyEvent:
        """Keep `event` and return it with its number; the same id put again returns the number it has.

        `MessageError` if the event is another node's or too large, `StorageError` if it could not be kept (then nothing was).
        """
        return self.put_many([event])[0]

    def put_many(self, events: Sequence[AnyEvent]) -> list[AnyEvent]:
        """As `put` for all `events` in one transaction: all are kept or none."""
        for event in events:
            if event.source != self._source:
                raise MessageError(f"event {event.id} comes from {event.source}, this outbox is that of {self._source}")
        with self._transaction() as connection:
            return [self._keep(connection, event) for event in events]

    def pending(self, limit: int, after_seq: int = 0) -> list[StoredEvent]:
        """At most `limit` events not yet acknowledged with numbers above `after_seq`, in order."""
        rows = self._rows("SELECT seq, id, type, payload FROM events WHERE seq > ? ORDER BY seq LIMIT ?", (after_seq, limit))
        return [StoredEvent(*row) for row in rows]

    def acknowledge(self, ids: Iterable[str]) -> int:
        """Forget the events with these ids in one transaction and return how many there were; unknown ids are passed over."""
        wanted = list(ids)
        removed = 0
        with self._transaction() as connection:
            for start in range(0, len(wanted), _CHUNK):
                part = wanted[start : start + _CHUNK]
                marks = ",".join("?" * len(part))
                removed += connection.execute(f"DELETE FROM events WHERE id IN ({marks})", part).rowcount  # noqa: S608 - marks only
        return removed

    def count(self) -> int:
        """Events not yet acknowledged."""
        return int(self._rows("SELECT count(*) FROM events", ())[0][0])

    def last_seq(self) -> int:
        """The number given last, 0 before the first."""
        return int(self._rows("SELECT last_seq FROM numbering", ())[0][0])

    def close(self) -> None:
        """Close the file; the outbox cannot be used any more."""
        with self._lock:
            self._connection.close()

    def _keep(self, connection: sqlite3.Connection, event: AnyEvent) -> AnyEvent:
        known = connection.execute("SELECT seq FROM events WHERE id = ?", (event.id,)).fetchone()
        if known is not None:
            return event.model_copy(update={"seq": int(known[0])})
        (seq,) = connection.execute("UPDATE numbering SET last_seq = last_seq + 1 RETURNING last_seq").fetchone()
        numbered = event.model_copy(update={"seq": int(seq)})
        payload = numbered.model_dump_json().encode()
        if len(payload) > MAX_EVENT_BYTES:
            raise MessageError(f"event {event.id} has {len(payload)} bytes, more than {MAX_EVENT_BYTES}")
        kind = str(getattr(numbered, "type", ""))
        connection.execute("INSERT INTO events VALUES (?, ?, ?, ?)", (seq, event.id, kind, payload))
        return numbered

    def _rows(self, statement: str, parameters: tuple[int, ...]) -> list[tuple[int, str, str, bytes]]:
        with self._lock, self._explained():
            return self._connection.execute(statement, parameters).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._explained():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StorageError(f"outbox {self._path}: {error}") from error
