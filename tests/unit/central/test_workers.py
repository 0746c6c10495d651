"""Workers run until stopped; one that fails is tried again and takes nobody down."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from central import workers as workers_module
from central.workers import WorkerPool
from yuhang.clock import ScaledClock, SystemClock
from yuhang.errors import StorageError


@dataclass(slots=True)
class Scripted:
    """Does one thing a run, as told."""

    script: Callable[[int], int]
    name: str = "scripted"
    runs: int = 0
    enough: threading.Event = field(default_factory=threading.Event)
    wanted: int = 3

    def run_once(self) -> int:
        self.runs += 1
        if self.runs >= self.wanted:
            self.enough.set()
        return self.script(self.runs)


@pytest.fixture(autouse=True)
def _short_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers_module, "FIRST_BACKOFF_S", 0.001)


@pytest.mark.parametrize("error", [StorageError("away"), ValueError("bug")])
def test_a_failing_worker_is_tried_again_and_others_go_on(error: Exception) -> None:
    def fail(run: int) -> int:
        if run < 3:
            raise error
        return 0

    failing, steady = Scripted(fail), Scripted(lambda _: 1)
    pool = WorkerPool(SystemClock(), [failing, steady])
    pool.start()
    assert failing.enough.wait(5)
    assert steady.enough.wait(5)
    assert pool.stop()


def test_it_rests_when_there_is_nothing_to_do_and_not_when_there_is() -> None:
    idle, busy = Scripted(lambda _: 0), Scripted(lambda _: 1, wanted=100)
    pool = WorkerPool(SystemClock(), [idle, busy], idle_s=10)
    pool.start()
    assert busy.enough.wait(5)
    assert pool.stop()
    assert idle.runs == 1


def test_a_fast_clock_shortens_the_rest_but_never_to_nothing() -> None:
    idle = Scripted(lambda _: 0)
    pool = WorkerPool(ScaledClock.starting_now(1000), [idle], idle_s=1)
    pool.start()
    time.sleep(0.2)
    pool.stop()
    assert 2 <= idle.runs <= 0.25 / workers_module.SHORTEST_REST_S + 2


def test_stopping_does_not_wait_for_a_worker_that_hangs() -> None:
    release = threading.Event()
    hanging = Scripted(lambda _: int(release.wait(20)))
    pool = WorkerPool(SystemClock(), [hanging])
    pool.start()
    started = time.monotonic()
    assert not pool.stop(timeout_s=0.1)
    assert time.monotonic() - started < 2
    release.set()
