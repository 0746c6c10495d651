"""Open stops on disk, so that a node that was killed can say which of them nobody watched.

For each stop that was reported the store holds the event that ends it, with its final id: prepared as "unobserved, node
restarted" when the stop opens, replaced by the real ending before that is sent. What is found here after a start is sent again
as it stands; the outbox and central know it by its id. So each stop ends exactly once, and never better than it was observed.
"""

import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Protocol

from edge.events import unobserved_from
from yuhang.errors import StorageError
from yuhang.messages import (
    DetectedData,
    NodeEvent,
    ParkingEvent,
    ParkingLeftEvent,
    ParkingPresentEvent,
    ParkingStoppedEvent,
    ParkingUnobservedEvent,
    UnobservedReason,
    parse_event,
)

_TABLE = "CREATE TABLE IF NOT EXISTS open_stops (track TEXT PRIMARY KEY, ending TEXT NOT NULL)"


class EventSink(Protocol):
    """Where events go; `yuhang.outbox.Outbox` is one."""

    def put(self, event: NodeEvent, /) -> NodeEvent:
        """Keep the event durably; raises `StorageError`."""


class StopsStore:
    """The open stops of one node in an SQLite file; in memory only where `path` is none (a replay)."""

    def __init__(self, path: Path | None) -> None:
        try:
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=FULL")
            self._connection.execute(_TABLE)
        except (OSError, sqlite3.Error) as error:
            raise StorageError(f"{path} cannot be used for open stops: {error}") from error

    def put_through(self, event: NodeEvent, sink: EventSink) -> None:
        """Send an event by way of the store; raises `StorageError`."""
        match event:
            case ParkingStoppedEvent() | ParkingPresentEvent():
                self._note(event)
                sink.put(event)
            case ParkingLeftEvent() | ParkingUnobservedEvent():
                self._write(event.data.track, event)
                sink.put(event)
                self._execute("DELETE FROM open_stops WHERE track = ?", (event.data.track,))
            case _:
                sink.put(event)

    def recover(self, sink: EventSink, now: datetime) -> int:
        """Send what a run before this one left open; returns how many. `now` is the time of stops that nobody ended."""
        endings = [parse_event(row[0]) for row in self._execute("SELECT ending FROM open_stops ORDER BY track")]
        for ending in endings:
            final = ending
            if isinstance(ending, ParkingUnobservedEvent) and ending.data.reason is UnobservedReason.NODE_RESTARTED:
                final = ending.model_copy(update={"time": max(now, ending.time)})
            sink.put(final)
            if isinstance(final.data, DetectedData):
                self._execute("DELETE FROM open_stops WHERE track = ?", (final.data.track,))
        return len(endings)

    def count(self) -> int:
        """Open stops."""
        return int(self._execute("SELECT count(*) FROM open_stops")[0][0])

    def close(self) -> None:
        self._connection.close()

    def _note(self, event: ParkingEvent) -> None:
        """Prepare the ending for the case that this process dies; later events keep its id."""
        rows = self._execute("SELECT ending FROM open_stops WHERE track = ?", (event.data.track,))
        ending = unobserved_from(event, event.time, UnobservedReason.NODE_RESTARTED)
        if rows:
            ending = ending.model_copy(update={"id": parse_event(rows[0][0]).id})
        self._write(event.data.track, ending)

    def _write(self, track: str, ending: ParkingEvent) -> None:
        self._execute("INSERT OR REPLACE INTO open_stops VALUES (?, ?)", (track, ending.model_dump_json()))

    def _execute(self, statement: str, values: tuple[str, ...] = ()) -> list[tuple[str]]:
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise StorageError(f"open stops cannot be kept: {error}") from error
