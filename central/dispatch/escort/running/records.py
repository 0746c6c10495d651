"""What the running escorts leave in the database: orders to signals at once, notes and arrivals by a worker of their own."""

import queue
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from central.database import Database
from central.dispatch.controllers.audit import SignalRecord
from central.dispatch.controllers.request import Ack
from central.dispatch.controllers.state import SignalState
from central.dispatch.escort.course import Act
from central.dispatch.escort.service import SYSTEM, EscortService
from central.dispatch.escort.tables import SignalOrder
from central.errors import Conflict
from yuhang.errors import StorageError

LOOK_EVERY_S = 10.0
_MOST = 200


@dataclass(frozen=True, slots=True)
class OrdersTable:
    """Is a `SignalAudit`: a row before each order, and one with what came of it."""

    database: Database

    def record(self, record: SignalRecord) -> None:
        """Keep one; `StorageError` where it cannot be kept."""
        with self.database.session() as session:
            session.add(
                SignalOrder(
                    at=record.at,
                    junction=record.junction,
                    request_id=record.request_id,
                    task_id=record.task_id,
                    action=record.action,
                    reason=record.reason[:100],
                    outcome=record.outcome[:300],
                    lamps=_lamps(record.lamps),
                )
            )


def _lamps(state: SignalState | None) -> dict[str, Any]:
    if state is None:
        return {}
    lamps = {str(number): lamp.value for number, lamp in sorted(state.lamps.items())}
    return {"stage": state.stage, "control": state.control.value, "lamps": lamps}


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened to a task: a note, or an act of the system."""

    task_id: str
    what: str
    reason: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    act: Act | None = None


class Notebook:
    """Worker that writes what the running escorts hand in; nothing waits for the database."""

    name = "escort-notes"

    def __init__(self, database: Database, escorts: EscortService, now_s: Callable[[], float]) -> None:
        self._database = database
        self._escorts = escorts
        self._now_s = now_s
        self._looked_s = float("-inf")
        self._queue: queue.SimpleQueue[Entry] = queue.SimpleQueue()

    def put(self, entry: Entry) -> None:
        """Hand something in."""
        self._queue.put(entry)

    def heard(self, task_id: str, junction: str, ack: Ack) -> None:
        """A junction's answer."""
        self.put(Entry(task_id, "answer", ack.reason, {"junction": junction, "state": ack.state.value, "request": ack.id}))

    def run_once(self) -> int:
        """Write what has come, in order; now and then end what everybody forgot."""
        entries, looks = self._drain(), self._now_s() - self._looked_s >= LOOK_EVERY_S
        if not entries and not looks:
            return 0
        try:
            with self._database.session() as session:
                for entry in entries:
                    self._write(session, entry)
                if looks:
                    self._escorts.end_forgotten(session)
        except StorageError:
            for entry in entries:
                self._queue.put(entry)
            raise
        if looks:
            self._looked_s = self._now_s()
        return len(entries)

    def _drain(self) -> list[Entry]:
        entries: list[Entry] = []
        while len(entries) < _MOST:
            try:
                entries.append(self._queue.get_nowait())
            except queue.Empty:
                break
        return entries

    def _write(self, session: Session, entry: Entry) -> None:
        if entry.act is not None:
            try:
                self._escorts.act(session, entry.task_id, entry.act, SYSTEM, entry.reason)
            except Conflict:  # a person was faster
                return
            return
        if entry.what == "planned":
            task = self._escorts.find(session, entry.task_id)
            task.planned_s, task.unaided_s = task.planned_s or entry.data["planned_s"], task.unaided_s or entry.data["unaided_s"]
        self._escorts.note(session, entry.task_id, entry.what, entry.reason, entry.data)
