"""What the node must still know after kill -9: events that wait for their files, and files that central has.

A file counts as not yet uploaded as long as it is not listed here; so nothing needs to be written when one is captured.
"""

import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from yuhang.errors import StorageError
from yuhang.messages import NodeEvent, parse_event

_SCHEMA = """
CREATE TABLE IF NOT EXISTS held (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, event TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS uploaded (sha256 TEXT PRIMARY KEY, at TEXT NOT NULL, deleted INTEGER NOT NULL DEFAULT 0);
"""


@dataclass(frozen=True, slots=True)
class HeldEvent:
    """An event that has not gone to the outbox yet; `number` gives the order."""

    number: int
    event: NodeEvent


class NodeStore:
    """One SQLite file; safe to use from several threads. Everything may raise `StorageError`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=FULL")
            self._connection.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise StorageError(f"{path} cannot be used: {error}") from error

    def hold(self, event: NodeEvent) -> None:
        """Keep an event, on the disk before this returns; one that is held already stays as it is."""
        self._execute("INSERT OR IGNORE INTO held (id, event) VALUES (?, ?)", event.id, event.model_dump_json())

    def held(self) -> list[HeldEvent]:
        """Events that have not been released, in the order in which they were held."""
        rows = self._execute("SELECT number, event FROM held ORDER BY number")
        return [HeldEvent(int(number), parse_event(str(event))) for number, event in rows]

    def release(self, number: int) -> None:
        """The outbox has the event now."""
        self._execute("DELETE FROM held WHERE number = ?", number)

    def note_uploaded(self, sha256: str, at: datetime) -> None:
        """Central has confirmed the file."""
        self._execute("INSERT OR IGNORE INTO uploaded (sha256, at) VALUES (?, ?)", sha256, at.astimezone(UTC).isoformat())

    def missing(self, files: Sequence[str]) -> list[str]:
        """Those of `files` that central has not confirmed, in their order."""
        return [name for name in files if not self._execute("SELECT 1 FROM uploaded WHERE sha256 = ?", name)]

    def uploaded_before(self, limit: datetime) -> list[str]:
        """Files that central confirmed before `limit` and that have not been deleted here."""
        rows = self._execute("SELECT sha256 FROM uploaded WHERE deleted = 0 AND at < ?", limit.astimezone(UTC).isoformat())
        return [str(row[0]) for row in rows]

    def note_deleted(self, sha256: str) -> None:
        """The file is no longer on this node."""
        self._execute("UPDATE uploaded SET deleted = 1 WHERE sha256 = ?", sha256)

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _execute(self, statement: str, *values: str | int) -> list[tuple[str | int, ...]]:
        with self._lock:
            try:
                return self._connection.execute(statement, values).fetchall()
            except sqlite3.Error as error:
                raise StorageError(f"{self._path}: {error}") from error
