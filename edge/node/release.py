"""Events wait a moment for their files, durably, and then go to the outbox in order."""

import threading
import time
from typing import Protocol

import structlog

from edge.node.store import HeldEvent, NodeStore
from yuhang.errors import MessageError, StorageError
from yuhang.messages import CameraChangedEvent, NodeEvent, evidence_of

log = structlog.get_logger(__name__)

_IDLE_S = 0.5


class EventOutbox(Protocol):
    """Where events go in the end; `yuhang.outbox.Outbox` is one."""

    def put(self, event: NodeEvent, /) -> NodeEvent: ...


class FileQueue(Protocol):
    """Who brings files to central; `Uploader` is one."""

    def add(self, files: list[str], /) -> None: ...


class EventDesk:
    """The watcher's sink. `put` keeps the event on disk; a thread gives it to the outbox once its files are with central.

    After `grace_s` real seconds it goes without them and names them in `files_pending`. Events keep their order, so one that
    waits holds up those behind it for at most that time. Killed in between, the next run finds the event here; should the outbox
    have it already, its id says so.
    """

    def __init__(self, store: NodeStore, outbox: EventOutbox, uploads: FileQueue | None, grace_s: float) -> None:
        """`uploads` is None where no central is configured: then nothing is waited for."""
        self.storage_errors = 0
        self.refused = 0
        self._store = store
        self._outbox = outbox
        self._uploads = uploads
        self._grace_s = grace_s if uploads is not None else 0.0
        self._since_s: dict[int, float] = {}
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="events", daemon=True)

    def start(self) -> None:
        """Begin with what a run before this one held."""
        self._thread.start()

    def stop(self) -> None:
        """Give everything to the outbox without waiting for files, and end."""
        self._stop.set()
        self._wake.set()
        self._thread.join()
        self._guarded_step(0.0)

    def put(self, event: NodeEvent, /) -> NodeEvent:
        """Keep an event; raises `StorageError`."""
        if self._uploads is not None:
            self._uploads.add(files_of(event))
        self._store.hold(event)
        self._wake.set()
        return event

    def wake(self) -> None:
        """A file has been uploaded."""
        self._wake.set()

    @property
    def waiting(self) -> int:
        """Events that have not gone to the outbox."""
        return len(self._store.held())

    def step(self, grace_s: float) -> float | None:
        """Release what may go. Returns the seconds until the next event's grace is over, or None if nothing waits."""
        now_s = time.monotonic()
        for held in self._store.held():
            pending = self._store.missing(files_of(held.event))
            left_s = self._since_s.setdefault(held.number, now_s) + grace_s - now_s
            if pending and left_s > 0:
                return left_s
            self._give(held, pending)
            self._since_s.pop(held.number, None)
        return None

    def _give(self, held: HeldEvent, pending: list[str]) -> None:
        try:
            self._outbox.put(_with_pending(held.event, pending))
        except MessageError as error:
            self.refused += 1
            log.warning("an event does not fit the contract and is given up", id=held.event.id, error=str(error))
        self._store.release(held.number)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            left_s = self._guarded_step(self._grace_s)
            self._wake.wait(left_s if left_s is not None else _IDLE_S * 10)

    def _guarded_step(self, grace_s: float) -> float | None:
        try:
            return self.step(grace_s)
        except StorageError as error:
            self.storage_errors += 1
            log.warning("events cannot be handed on; trying again", error=str(error))
            return _IDLE_S


def files_of(event: NodeEvent) -> list[str]:
    """SHA-256 of the files that an event names."""
    return list(dict.fromkeys(item.record.file_sha256 for item in evidence_of(event)))


def _with_pending(event: NodeEvent, pending: list[str]) -> NodeEvent:
    if isinstance(event, CameraChangedEvent) or not pending:
        return event
    data = event.data.model_copy(update={"files_pending": tuple(pending)})
    return event.model_copy(update={"data": data})
