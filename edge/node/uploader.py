"""Evidence files to central: one after the other, again and again until central has them."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import httpx
import structlog
from pydantic import TypeAdapter

from edge.node.clock_check import CentralTimeError
from edge.node.config import UploadConfig
from edge.node.store import NodeStore
from edge.sources.state import Backoff
from yuhang.clock import Clock
from yuhang.errors import StorageError
from yuhang.files import PARTIAL
from yuhang.messages import UtcTime

log = structlog.get_logger(__name__)

_UTC_TIME: TypeAdapter[datetime] = TypeAdapter(UtcTime)
_IDLE_S = 0.5
_CLEAN_EVERY_S = 3600.0


class Answer(StrEnum):
    """What central says to a file."""

    TAKEN = "taken"
    REFUSED = "refused"  # this file, and asking again will not change it
    LATER = "later"  # central is away, or does not know us


class Central(Protocol):
    """Where files go."""

    def put_evidence(self, sha256: str, path: Path) -> Answer: ...


@dataclass(slots=True)
class UploadCounters:
    """What became of the files since the start."""

    taken: int = 0
    refused: int = 0
    lost: int = 0
    failed: int = 0
    storage_errors: int = 0


class Uploader:
    """A thread that brings every file of the chain's folder to central and deletes it here `keep_days` later."""

    def __init__(self, files: Path, store: NodeStore, central: Central, clock: Clock, config: UploadConfig) -> None:
        self.counters = UploadCounters()
        self._files = files
        self._store = store
        self._central = central
        self._clock = clock
        self._config = config
        self._backoff = Backoff(config.retry_min_s, config.retry_max_s)
        self._queue: deque[str] = deque()
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._clean_at_s = time.monotonic()
        self._listeners: list[Callable[[], None]] = []
        self._thread = threading.Thread(target=self._run, name="uploads", daemon=True)

    def start(self) -> None:
        """Take up what a run before this one left, and begin."""
        found = [path.name for path in sorted(self._files.glob("*"), key=lambda path: path.stat().st_mtime_ns)]
        self.add([name for name in found if not name.endswith(PARTIAL)])
        self._thread.start()

    def stop(self) -> None:
        """End the thread; what is not uploaded is found again at the next start."""
        self._stop.set()
        self._wake.set()
        self._thread.join()

    def add(self, files: Sequence[str]) -> None:
        """Bring these files (SHA-256) to central."""
        with self._lock:
            known = set(self._queue)
            self._queue.extend(name for name in files if name not in known)
        self._wake.set()

    def on_taken(self, listener: Callable[[], None]) -> None:
        """Call `listener` on the uploader's thread whenever central has taken a file."""
        self._listeners.append(listener)

    @property
    def waiting(self) -> int:
        """Files that central does not have yet."""
        return len(self._queue)

    def step(self) -> bool:
        """One file, or nothing. Returns whether it makes sense to go on at once."""
        with self._lock:
            name = self._queue[0] if self._queue else None
        if name is None:
            self._clean()
            return False
        path = self._files / name
        if not self._store.missing([name]):
            self._done(name)
            return True
        if not path.exists():
            self.counters.lost += 1
            log.error("an evidence file is gone before central had it", file=name)
            self._done(name)
            return True
        answer = self._central.put_evidence(name, path)
        if answer is Answer.LATER:
            self.counters.failed += 1
            with self._lock:
                self._queue.rotate(-1)  # so that one bad file does not hold up the others
            return False
        if answer is Answer.TAKEN:
            self._store.note_uploaded(name, self._clock.now())
            self.counters.taken += 1
            self._backoff.failures = 0
        else:
            self.counters.refused += 1
        self._done(name)
        return True

    def _done(self, name: str) -> None:
        with self._lock:
            if self._queue and self._queue[0] == name:
                self._queue.popleft()
        for listener in self._listeners:
            listener()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            failed = self.counters.failed
            try:
                go_on = self.step()
            except StorageError as error:
                self.counters.storage_errors += 1
                log.warning("an upload cannot be noted; trying again", error=str(error))
                self._stop.wait(1.0)
                continue
            if self.counters.failed > failed:
                self._stop.wait(self._backoff.failed(0.0))
            elif not go_on:
                self._wake.wait(_IDLE_S if self._queue else _IDLE_S * 10)

    def _clean(self) -> None:
        """Delete files that central has had for long enough."""
        if time.monotonic() < self._clean_at_s:
            return
        self._clean_at_s = time.monotonic() + _CLEAN_EVERY_S
        for name in self._store.uploaded_before(self._clock.now() - timedelta(days=self._config.keep_days)):
            (self._files / name).unlink(missing_ok=True)
            self._store.note_deleted(name)


class CentralHttp:
    """Central's HTTP interface, as far as a node needs it."""

    def __init__(self, url: str, token: str, timeout_s: float) -> None:
        self._client = httpx.Client(
            base_url=url.rstrip("/"),
            headers={"Authorization": f"Bearer {token}"},
            timeout=timeout_s,
            limits=httpx.Limits(max_connections=3),
            trust_env=False,
        )

    def put_evidence(self, sha256: str, path: Path) -> Answer:
        """Upload one file; never raises for what central or the network does."""
        try:
            with path.open("rb") as file:
                response = self._client.put(f"/api/v1/evidence/{sha256}", content=file)
        except httpx.HTTPError as error:
            log.info("central is not reachable", error=type(error).__name__)
            return Answer.LATER
        except OSError as error:
            log.warning("an evidence file cannot be read", file=sha256, error=error.strerror)
            return Answer.LATER
        return self._answer(response, sha256)

    def put_live(self, camera: str, jpeg: bytes) -> bool:
        """Upload a live picture; false if central did not take it."""
        try:
            response = self._client.put(f"/api/v1/live/{camera}", content=jpeg, headers={"Content-Type": "image/jpeg"})
        except httpx.HTTPError:
            return False
        return response.is_success

    def put_result(self, command: str, content: bytes, media_type: str) -> bool:
        """Bring what a command has asked for; false if central did not take it."""
        try:
            response = self._client.put(
                f"/api/v1/commands/{command}/result", content=content, headers={"Content-Type": media_type}
            )
        except httpx.HTTPError:
            return False
        return response.is_success

    def time(self) -> datetime:
        """Central's time now; raises `CentralTimeError`."""
        try:
            response = self._client.get("/api/v1/time").raise_for_status()
            return _UTC_TIME.validate_python(response.json()["time"])
        except (httpx.HTTPError, KeyError, TypeError, ValueError) as error:
            raise CentralTimeError(type(error).__name__) from error

    def close(self) -> None:
        self._client.close()

    @staticmethod
    def _answer(response: httpx.Response, sha256: str) -> Answer:
        if response.is_success:
            return Answer.TAKEN
        final = response.status_code in {400, 409, 413, 415, 422}
        log.error("central does not take a file", file=sha256, status=response.status_code, final=final)
        return Answer.REFUSED if final else Answer.LATER
