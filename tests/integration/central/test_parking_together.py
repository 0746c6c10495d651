"""Many stops at once: events, receipts, deadlines, notices and people in threads of their own, on both databases."""

import random
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from central.cases.queries import CaseQuery, count_states
from central.cases.tables import Case, CaseTimeline
from central.deadlines.tables import Deadline
from central.notify.tables import Notification
from tests.unit.central.parking.street import NINE, Street, make_street
from yuhang.errors import StorageError

pytestmark = pytest.mark.integration

STOPS = 24
TRACKS = [f"01JWN0000000000000000{number:05d}" for number in range(STOPS)]


@pytest.fixture
def street(database_url: str, tmp_path: Path) -> Iterator[Street]:
    made = make_street(tmp_path, url=database_url)
    with made.database:
        yield made


def again(work: Callable[[], object]) -> None:
    """As the workers do it: what the database could not take now is tried again."""
    for _ in range(20):
        try:
            work()
        except StorageError:
            continue
        return
    pytest.fail("the database does not answer")


def together(*works: Callable[[], object]) -> None:
    threads = [threading.Thread(target=again, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()


def test_everything_at_once_ends_as_one_after_the_other(street: Street) -> None:
    randomly = random.Random(4)
    street.clock.current = NINE + timedelta(seconds=60)
    stops = [street.stopped(track, street.clock.now()) for track in TRACKS]
    together(
        *(lambda event=event: street.take(event) for event in stops), *(lambda event=event: street.take(event) for event in stops)
    )
    street.clock.advance(5)
    together(street.worker.run_once, street.worker.run_once, street.worker.run_once)
    while street.worker.run_once():
        pass
    street.clock.advance(5)
    at = street.clock.now()
    leaving = TRACKS[: STOPS // 2]
    gone = [street.left(track, at) for track in leaving]
    shuffled = randomly.sample(TRACKS, STOPS)
    together(
        *(lambda track=track: street.receipt(track, at) for track in shuffled),
        *(lambda event=event: street.take(event) for event in gone),
    )
    street.clock.advance(601)
    pictures = [street.present(track, street.clock.now()) for track in TRACKS[STOPS // 2 :]]
    together(
        street.deadlines.run_once, street.deadlines.run_once, *(lambda event=event: street.take(event) for event in pictures)
    )
    street.work()
    with street.database.reader() as session:
        assert count_states(session, CaseQuery()) == {"left_in_time": STOPS // 2, "draft": STOPS // 2}
        numbers = session.scalars(select(Case.number).order_by(Case.number)).all()
        assert numbers == [f"余2026-{number:06d}" for number in range(1, STOPS + 1)]
        assert session.scalar(select(func.count()).select_from(Notification)) == STOPS
        assert len(street.gateway.taken) == STOPS
        lines = session.execute(select(CaseTimeline.case_id, CaseTimeline.trigger).where(CaseTimeline.refusal.is_(None))).all()
        assert len(lines) == len(set(lines))  # nothing happened twice to a case
        fired = session.scalars(select(Deadline.name).where(Deadline.fired_at.is_not(None))).all()
        assert len(fired) <= STOPS // 2
        running = select(func.count()).select_from(Deadline).where(Deadline.fired_at.is_(None), Deadline.cancelled_at.is_(None))
        assert session.scalar(running) == STOPS // 2  # the reviews
