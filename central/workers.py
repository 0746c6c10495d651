"""Background work: each worker in a thread of its own, resting when there is nothing to do, backing off when it fails."""

import threading
import time
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import structlog

from yuhang.clock import Clock
from yuhang.errors import YuhangError

log = structlog.get_logger(__name__)

IDLE_S = 0.2  # rest after a run that found nothing, in seconds of the clock: bounds the lateness of due work
SHORTEST_REST_S = 0.02  # and in real seconds, so that a fast demo clock does not turn resting into spinning
FIRST_BACKOFF_S = 0.5  # real seconds
LONGEST_BACKOFF_S = 30.0


class Worker(Protocol):
    """Something that has work now and then."""

    @property
    def name(self) -> str:
        """Short name for logs and metrics."""

    def run_once(self) -> int:
        """Do what is due, in small transactions; return how many items were done (0: nothing was due)."""


@runtime_checkable
class Closing(Protocol):
    """A worker that holds something of the world outside and gives it back in the end."""

    def close(self) -> None:
        """Called in the worker's own thread after its last run."""


class WorkerPool:
    """Runs workers until stopped. A worker that raises is logged and tried again later; it never takes the others down."""

    def __init__(self, clock: Clock, workers: Sequence[Worker], *, idle_s: float = IDLE_S) -> None:
        self._stopping = threading.Event()
        self._rest_s = max(SHORTEST_REST_S, idle_s / clock.speed)
        self._threads = [
            threading.Thread(target=self._run, args=(worker,), name=f"worker-{worker.name}", daemon=True) for worker in workers
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self, timeout_s: float = 4.0) -> bool:
        """Ask all workers to end after their present item and wait; true if all have ended."""
        self._stopping.set()
        deadline = time.monotonic() + timeout_s
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _run(self, worker: Worker) -> None:
        self._run_until_stopped(worker)
        if isinstance(worker, Closing):
            try:
                worker.close()
            except Exception:
                log.exception("worker_not_closed", worker=worker.name)

    def _run_until_stopped(self, worker: Worker) -> None:
        backoff_s = FIRST_BACKOFF_S
        while not self._stopping.is_set():
            try:
                done = worker.run_once()
            except Exception as error:  # the thread's boundary: logged, and tried again
                expected = isinstance(error, YuhangError)
                log.warning("worker_failed", worker=worker.name, error=str(error), retry_in_s=backoff_s, exc_info=not expected)
                self._stopping.wait(backoff_s)
                backoff_s = min(LONGEST_BACKOFF_S, backoff_s * 2)
                continue
            backoff_s = FIRST_BACKOFF_S
            if done == 0:
                self._stopping.wait(self._rest_s)
