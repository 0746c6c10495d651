"""Events reach their handlers in order, once, and one that cannot be handled holds nobody up for ever."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.events import encoded_events
from central.audit.tables import Look
from central.database import Database
from central.errors import Conflict
from central.events.dispatch import EventDispatcher, count_open, load_sequence
from central.events.sequence import Span
from central.events.service import list_events, retry_event
from central.events.tables import EventState, StoredEvent
from central.ingest.sorting import Incoming, sort_messages
from central.ingest.storage import store_batch
from central.metrics import Metrics
from central.nodes.service import add_node
from tests.unit.central.conftest import KnownNode
from yuhang.clock import ManualClock
from yuhang.errors import StorageError
from yuhang.messages import NodeEvent
from yuhang.topics import NodeTopics

TYPE = "parking.stopped.v1"
Handler = Callable[[Session, NodeEvent], None]


@pytest.fixture
def store(database: Database, node: KnownNode, clock: ManualClock) -> Callable[..., list[str]]:
    def put(*seqs: int, topics: NodeTopics = node.topics) -> list[str]:
        events = [next(encoded_events(topics, 1, node.key, first=seq)) for seq in seqs]
        with database.session() as session:
            store_batch(session, sort_messages(Incoming(event.topic, event.payload) for event in events), clock.now())
        return [event.id for event in events]

    return put


def dispatcher(database: Database, clock: ManualClock, *handlers: Handler, attempts: int = 3) -> EventDispatcher:
    return EventDispatcher(database, clock, {TYPE: handlers}, Metrics(), attempts=attempts)


def run(worker: EventDispatcher, times: int = 1) -> int:
    return sum(worker.run_once() for _ in range(times))


def state_of(database: Database, event_id: str) -> StoredEvent:
    with database.reader() as session:
        row = session.get(StoredEvent, event_id)
        assert row is not None
        return row


def spans(database: Database, node: KnownNode) -> Sequence[Span]:
    with database.reader() as session:
        return load_sequence(session, node.topics.site, node.topics.node).spans


def test_events_are_handled_in_the_order_of_their_numbers_and_once(
    database: Database, clock: ManualClock, store: Callable[..., list[str]], node: KnownNode
) -> None:
    store(3, 1, 2)
    seen: list[int] = []
    worker = dispatcher(database, clock, lambda _, event: seen.append(event.seq))
    assert run(worker, 3) == 3
    assert seen == [1, 2, 3]
    assert spans(database, node) == (Span(1, 3),)


def test_handlers_of_one_event_run_in_their_order(
    database: Database, clock: ManualClock, store: Callable[..., list[str]]
) -> None:
    store(1)
    seen: list[str] = []
    run(dispatcher(database, clock, lambda *_: seen.append("evidence"), lambda *_: seen.append("parking")))
    assert seen == ["evidence", "parking"]


def test_an_event_without_a_handler_is_simply_done(
    database: Database, clock: ManualClock, store: Callable[..., list[str]]
) -> None:
    [event_id] = store(1)
    run(EventDispatcher(database, clock, {}, Metrics()))
    assert state_of(database, event_id).state == EventState.HANDLED


def test_an_early_event_waits_a_moment_for_its_predecessors_then_goes_on_and_the_gap_shows(
    database: Database, clock: ManualClock, store: Callable[..., list[str]], node: KnownNode
) -> None:
    seen: list[int] = []
    worker = dispatcher(database, clock, lambda _, event: seen.append(event.seq))
    store(1)
    run(worker)
    store(4)
    run(worker)
    assert seen == [1]
    clock.advance(3)
    run(worker)
    assert seen == [1, 4]
    assert spans(database, node) == (Span(1, 1), Span(4, 4))
    store(2, 3)
    run(worker)
    assert seen == [1, 4, 2, 3]
    assert spans(database, node) == (Span(1, 4),)


def test_a_clock_that_steps_back_does_not_make_an_early_event_wait_for_hours(
    database: Database, clock: ManualClock, store: Callable[..., list[str]]
) -> None:
    seen: list[int] = []
    worker = dispatcher(database, clock, lambda _, event: seen.append(event.seq))
    store(1)
    run(worker)
    store(5)
    clock.advance(-7200)
    run(worker)
    assert seen == [1, 5]


def test_what_a_failing_handler_wrote_is_undone_and_it_is_tried_again(
    database: Database, clock: ManualClock, store: Callable[..., list[str]]
) -> None:
    [event_id] = store(1)
    broken = [True]

    def handler(session: Session, event: NodeEvent) -> None:
        session.add(Look(at=clock.now(), user_id="u", user_name="n", unit="", action="view", subject=event.id, reason="test"))
        session.flush()
        if broken[0]:
            raise ValueError("not now")

    worker = dispatcher(database, clock, handler)
    run(worker)
    assert state_of(database, event_id).attempts == 1
    with database.reader() as session:
        assert session.scalar(select(Look)) is None
    broken[0] = False
    run(worker)
    assert state_of(database, event_id).state == EventState.NEW  # its rest is not over
    clock.advance(2)
    run(worker)
    assert state_of(database, event_id).state == EventState.HANDLED
    with database.reader() as session:
        assert len(session.scalars(select(Look)).all()) == 1


def test_a_poison_event_is_parked_with_the_reason_and_later_events_go_on(
    database: Database, clock: ManualClock, store: Callable[..., list[str]]
) -> None:
    ids = store(1, 2)
    seen: list[int] = []

    def handler(_session: Session, event: NodeEvent) -> None:
        if event.seq == 1:
            raise KeyError("no such zone")
        seen.append(event.seq)

    worker = dispatcher(database, clock, handler)
    for _ in range(3):
        assert seen == []
        run(worker)
        clock.advance(60)
    parked = state_of(database, ids[0])
    assert parked.state == EventState.PARKED
    assert "no such zone" in (parked.reason or "")
    assert seen == [2]


def test_a_parked_event_can_be_tried_again(database: Database, clock: ManualClock, store: Callable[..., list[str]]) -> None:
    [event_id] = store(1)

    def refuse(*_: Any) -> None:
        raise ValueError("bug")

    run(dispatcher(database, clock, refuse, attempts=1))
    with database.reader() as session:
        assert [row.id for row in list_events(session, state=EventState.PARKED)] == [event_id]
    with database.session() as session:
        retry_event(session, event_id)
    run(dispatcher(database, clock, lambda *_: None))
    assert state_of(database, event_id).state == EventState.HANDLED
    with database.session() as session, pytest.raises(Conflict):
        retry_event(session, event_id)


def test_trouble_of_the_database_is_not_the_events_fault(
    database: Database, clock: ManualClock, store: Callable[..., list[str]]
) -> None:
    [event_id] = store(1)

    def away(*_: Any) -> None:
        raise StorageError("disk full")

    with pytest.raises(StorageError):
        run(dispatcher(database, clock, away))
    assert state_of(database, event_id).attempts == 0


def test_one_nodes_poison_does_not_hold_up_another_node(
    database: Database, clock: ManualClock, store: Callable[..., list[str]]
) -> None:
    other = NodeTopics("yuhang", "gate-2")
    with database.session() as session:
        add_node(session, clock, other.site, other.node)
    store(1)
    store(1, topics=other)
    seen: list[str] = []

    def handler(_session: Session, event: NodeEvent) -> None:
        if event.source != other.prefix:
            raise ValueError("bad")
        seen.append(event.source)

    run(dispatcher(database, clock, handler))
    assert seen == [other.prefix]
    with database.reader() as session:
        assert count_open(session) == 1
