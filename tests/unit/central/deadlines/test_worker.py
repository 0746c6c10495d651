"""Deadlines fire once, together with their effect, whatever happens to clocks, handlers and workers."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import String, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from central.database import Base, Database
from central.deadlines.service import NewDeadline, cancel_deadlines, deadlines_of, next_due, start_deadline
from central.deadlines.tables import Deadline
from central.deadlines.worker import MAX_ATTEMPTS, DeadlineWorker
from yuhang.clock import ManualClock

NOW = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)


class OwnBase(DeclarativeBase):
    """Apart from central's tables, so that nobody takes these for them."""


class Effect(OwnBase):
    """What a fired deadline leaves behind in these tests."""

    __tablename__ = "test_deadline_effects"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    deadline: Mapped[str] = mapped_column(String(26))


class Handler:
    """Writes an effect; can be told to fail or to cancel another case's deadlines first."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.failing: set[str] = set()
        self.cancels: dict[str, str] = {}

    def __call__(self, session: Session, deadline: Deadline) -> None:
        session.add(Effect(deadline=deadline.id))
        session.flush()
        if deadline.case_id in self.failing:
            raise ValueError("this effect cannot be written")
        if deadline.case_id in self.cancels:
            cancel_deadlines(session, self.clock, self.cancels[deadline.case_id])


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database(f"sqlite:///{tmp_path / 'test.db'}") as opened:
        Base.metadata.create_all(opened.engine, tables=[Base.metadata.tables[Deadline.__tablename__]])
        OwnBase.metadata.create_all(opened.engine)
        yield opened


@pytest.fixture
def handler(clock: ManualClock) -> Handler:
    return Handler(clock)


@pytest.fixture
def worker(database: Database, clock: ManualClock, handler: Handler) -> DeadlineWorker:
    return DeadlineWorker(database, clock, {"parking": handler})


def start(database: Database, clock: ManualClock, case: str, after_s: float, name: str = "grace", kind: str = "parking") -> str:
    with database.session() as session:
        new = NewDeadline(kind, case, name, f"{name}_over", NOW + timedelta(seconds=after_s))
        return start_deadline(session, clock, new).id


def fired(database: Database) -> list[str]:
    with database.reader() as session:
        return list(session.scalars(select(Effect.deadline).order_by(Effect.id)))


def drain(worker: DeadlineWorker) -> int:
    total = 0
    while done := worker.run_once():
        total += done
    return total


def test_fires_when_due_and_not_a_moment_before(database: Database, clock: ManualClock, worker: DeadlineWorker) -> None:
    deadline = start(database, clock, "a", 10)
    clock.advance(9.999)
    assert worker.run_once() == 0
    clock.advance(0.001)
    assert worker.run_once() == 1
    assert fired(database) == [deadline]


def test_law_each_fires_once_also_after_a_restart(
    database: Database, clock: ManualClock, worker: DeadlineWorker, handler: Handler
) -> None:
    start(database, clock, "a", 10)
    clock.advance(20)
    drain(worker)
    assert drain(DeadlineWorker(database, clock, {"parking": handler})) == 0
    assert len(fired(database)) == 1


def test_what_fell_due_while_nothing_ran_fires_at_the_start_in_order(
    database: Database, clock: ManualClock, worker: DeadlineWorker
) -> None:
    late, early = start(database, clock, "a", 50), start(database, clock, "b", 10)
    clock.advance(3600)
    drain(worker)
    assert fired(database) == [early, late]


@pytest.mark.parametrize("step_s", [-3600.0, 3600.0, -1.0, 1.0])
def test_clock_steps_neither_lose_nor_repeat(
    database: Database, clock: ManualClock, worker: DeadlineWorker, step_s: float
) -> None:
    ids = [start(database, clock, f"case{n}", 10.0 * n) for n in range(10)]
    clock.advance(45)
    drain(worker)
    clock.advance(step_s)
    drain(worker)
    clock.advance(7200)
    drain(worker)
    assert sorted(fired(database)) == sorted(ids)


def test_a_clock_that_stepped_back_waits_for_the_due_time(database: Database, clock: ManualClock, worker: DeadlineWorker) -> None:
    start(database, clock, "a", 10)
    clock.advance(-100)
    clock.advance(105)
    assert drain(worker) == 0
    clock.advance(5)
    assert drain(worker) == 1


def test_a_cancelled_deadline_never_fires(database: Database, clock: ManualClock, worker: DeadlineWorker) -> None:
    start(database, clock, "a", 10)
    start(database, clock, "a", 20, name="proof")
    with database.session() as session:
        assert cancel_deadlines(session, clock, "a", "grace") == 1
        assert cancel_deadlines(session, clock, "a", "grace") == 0
    clock.advance(30)
    assert drain(worker) == 1


def test_starting_again_replaces_the_running_one(database: Database, clock: ManualClock, worker: DeadlineWorker) -> None:
    start(database, clock, "a", 10)
    second = start(database, clock, "a", 60)
    clock.advance(30)
    assert drain(worker) == 0
    clock.advance(30)
    drain(worker)
    assert fired(database) == [second]
    with database.reader() as session:
        assert [row.generation for row in deadlines_of(session, "a")] == [1, 2]


def test_an_effect_that_cancels_a_later_one_of_the_same_batch_is_obeyed(
    database: Database, clock: ManualClock, worker: DeadlineWorker, handler: Handler
) -> None:
    first = start(database, clock, "a", 10)
    start(database, clock, "b", 11)
    handler.cancels["a"] = "b"
    clock.advance(30)
    drain(worker)
    assert fired(database) == [first]


def test_one_bad_effect_holds_up_nobody_and_is_parked_in_the_end(
    database: Database, clock: ManualClock, worker: DeadlineWorker, handler: Handler
) -> None:
    good = [start(database, clock, f"good{n}", 10) for n in range(3)]
    bad = start(database, clock, "bad", 9)
    handler.failing.add("bad")
    clock.advance(10)
    drain(worker)
    assert sorted(fired(database)) == sorted(good)
    for _ in range(MAX_ATTEMPTS):
        clock.advance(3600)
        drain(worker)
    with database.reader() as session:
        row = session.get_one(Deadline, bad)
        assert row.parked_at is not None
        assert row.attempts == MAX_ATTEMPTS
        assert row.error == "ValueError: this effect cannot be written"
    assert sorted(fired(database)) == sorted(good)


def test_an_effect_that_works_again_fires_then(
    database: Database, clock: ManualClock, worker: DeadlineWorker, handler: Handler
) -> None:
    deadline = start(database, clock, "a", 10)
    handler.failing.add("a")
    clock.advance(10)
    drain(worker)
    handler.failing.clear()
    assert worker.run_once() == 0  # it waits for its retry
    clock.advance(10)
    drain(worker)
    assert fired(database) == [deadline]


def test_a_kind_that_nobody_handles_waits(database: Database, clock: ManualClock, worker: DeadlineWorker) -> None:
    start(database, clock, "a", 10, kind="charging")
    clock.advance(30)
    assert drain(worker) == 0


def test_the_next_due_time_of_many_cases(database: Database, clock: ManualClock) -> None:
    start(database, clock, "a", 30)
    start(database, clock, "a", 10, name="proof")
    start(database, clock, "b", 20)
    with database.session() as session:
        cancel_deadlines(session, clock, "b")
        assert next_due(session, ["a", "b", "c"]) == {"a": NOW + timedelta(seconds=10)}
