"""Several workers share the deadlines: each fires once, none is lost, on both databases."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import String, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from central.database import Database
from central.deadlines.service import NewDeadline, start_deadline
from central.deadlines.tables import Deadline
from central.deadlines.worker import DeadlineWorker
from central.schema import migrate
from yuhang.clock import ManualClock

pytestmark = pytest.mark.integration

NOW = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
COUNT = 400


class OwnBase(DeclarativeBase):
    """Apart from central's tables."""


class Effect(OwnBase):
    """What a fired deadline leaves behind."""

    __tablename__ = "test_shared_effects"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    deadline: Mapped[str] = mapped_column(String(26))
    worker: Mapped[int]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with Database(database_url) as opened:
        migrate(opened)
        OwnBase.metadata.create_all(opened.engine)
        yield opened


def test_four_workers_fire_each_once(database: Database) -> None:
    clock = ManualClock(NOW)
    with database.session() as session:
        for number in range(COUNT):
            start_deadline(
                session, clock, NewDeadline("k", f"case{number}", "limit", "over", NOW + timedelta(seconds=number % 7))
            )
    clock.advance(60)
    start = threading.Barrier(4)

    def work(number: int) -> None:
        def handle(session: Session, deadline: Deadline) -> None:
            session.add(Effect(deadline=deadline.id, worker=number))

        worker = DeadlineWorker(database, clock, {"k": handle}, batch=10)
        start.wait(10)
        while worker.run_once():
            pass

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with database.session() as session:  # what a worker left because another one held it
        assert session.scalar(select(func.count()).select_from(Deadline).where(Deadline.fired_at.is_(None))) == 0
        assert session.scalar(select(func.count()).select_from(Effect)) == COUNT
        assert session.scalar(select(func.count(func.distinct(Effect.deadline)))) == COUNT
        if database.dialect == "postgresql":
            assert (session.scalar(select(func.count(func.distinct(Effect.worker)))) or 0) > 1


def test_a_worker_that_dies_before_its_commit_leaves_everything_as_it_was(database: Database) -> None:
    clock = ManualClock(NOW)
    with database.session() as session:
        start_deadline(session, clock, NewDeadline("k", "case", "limit", "over", NOW))

    def die(session: Session, deadline: Deadline) -> None:
        session.add(Effect(deadline=deadline.id, worker=0))
        session.flush()
        raise KeyboardInterrupt

    def handle(session: Session, deadline: Deadline) -> None:
        session.add(Effect(deadline=deadline.id, worker=1))

    with pytest.raises(KeyboardInterrupt):
        DeadlineWorker(database, clock, {"k": die}).run_once()
    assert DeadlineWorker(database, clock, {"k": handle}).run_once() == 1
    with database.reader() as session:
        assert session.scalars(select(Effect.worker)).all() == [1]
