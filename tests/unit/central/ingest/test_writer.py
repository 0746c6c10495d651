"""Receive, commit, acknowledge: in this order, also when the database is away or the queue is full."""

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DataError

from benchmarks.events import EncodedEvent, encoded_events
from central.config import IngestConfig
from central.database import Database
from central.events.tables import StoredEvent
from central.ingest import writer as writer_module
from central.ingest.sorting import Sorted
from central.ingest.tables import DeadLetter
from central.ingest.writer import EventWriter
from central.metrics import Metrics
from central.nodes.service import add_node, find_node
from tests.unit.central.conftest import KnownNode, Published
from yuhang.clock import ManualClock
from yuhang.errors import StorageError
from yuhang.mqtt.session import MqttSession
from yuhang.topics import NodeTopics

Parts = tuple[MqttSession, Published]


@contextmanager
def running(database: Database, parts: Parts, clock: ManualClock, config: IngestConfig | None = None) -> Iterator[EventWriter]:
    writer = EventWriter(database, parts[0], config or IngestConfig(wait_ms=1), clock, Metrics())
    writer.start()
    try:
        yield writer
    finally:
        assert writer.stop()


def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.005)


def acknowledged(published: Published, topics: NodeTopics) -> list[str]:
    return [one for topic, payload in published.messages if topic == topics.ack for one in json.loads(payload)["ids"]]


def count(database: Database, table: type) -> int:
    with database.reader() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def events_of(node: KnownNode, number: int) -> list[EncodedEvent]:
    return list(encoded_events(node.topics, number, node.key))


def test_events_are_stored_once_and_every_repeat_is_acknowledged(
    database: Database, session_without_broker: Parts, clock: ManualClock, node: KnownNode
) -> None:
    events = events_of(node, 20)
    with running(database, session_without_broker, clock) as writer:
        for event in [*events, *reversed(events)]:
            writer.receive(event.topic, event.payload)
        until(lambda: len(acknowledged(session_without_broker[1], node.topics)) == 40)
    assert count(database, StoredEvent) == 20
    assert set(acknowledged(session_without_broker[1], node.topics)) == {event.id for event in events}
    with database.reader() as session:
        row = session.get(StoredEvent, events[0].id)
        assert row is not None
        assert row.payload.encode() == events[0].payload
        assert row.received_at == clock.now()


def test_an_event_is_in_the_database_before_it_is_acknowledged(
    database: Database, session_without_broker: Parts, clock: ManualClock, node: KnownNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    monkeypatch.setattr(MqttSession, "publish", lambda *_, **__: seen.append(count(database, StoredEvent)) or True)
    with running(database, session_without_broker, clock) as writer:
        event = events_of(node, 1)[0]
        writer.receive(event.topic, event.payload)
        until(lambda: bool(seen))
    assert seen == [1]


def test_an_unknown_node_is_not_acknowledged_until_it_is_registered(
    database: Database, session_without_broker: Parts, clock: ManualClock, node: KnownNode
) -> None:
    stranger = NodeTopics("yuhang", "stranger")
    event = next(encoded_events(stranger, 1, node.key))
    with running(database, session_without_broker, clock) as writer:
        writer.receive(event.topic, event.payload)
        until(lambda: count(database, DeadLetter) == 1)
        assert not session_without_broker[1].messages
        with database.session() as session:
            add_node(session, clock, "yuhang", "stranger")
        writer.receive(event.topic, event.payload)
        until(lambda: acknowledged(session_without_broker[1], stranger) == [event.id])


def test_events_of_a_disabled_node_stay_with_the_node(
    database: Database, session_without_broker: Parts, clock: ManualClock, node: KnownNode
) -> None:
    with database.session() as session:
        find_node(session, node.topics.site, node.topics.node).enabled = False
    event = events_of(node, 1)[0]
    with running(database, session_without_broker, clock) as writer:
        writer.receive(event.topic, event.payload)
        until(lambda: count(database, DeadLetter) == 1)
    assert not session_without_broker[1].messages
    assert count(database, StoredEvent) == 0


def test_a_repeated_bad_message_is_one_dead_letter_with_a_count(
    database: Database, session_without_broker: Parts, clock: ManualClock, node: KnownNode
) -> None:
    topic = node.topics.event("parking.stopped.v1")
    with running(database, session_without_broker, clock) as writer:
        for _ in range(3):
            writer.receive(topic, b"{")
        until(lambda: count(database, DeadLetter) == 1)
        writer.receive(topic, b"{")

        def counted() -> bool:
            with database.reader() as session:
                return session.scalar(select(DeadLetter.count)) == 4

        until(counted)


def test_a_flood_of_refused_messages_does_not_fill_the_disk(
    database: Database, session_without_broker: Parts, clock: ManualClock, node: KnownNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("central.ingest.storage.UNACKNOWLEDGED_KEPT", 30)
    with running(database, session_without_broker, clock, IngestConfig(batch=10, wait_ms=1)) as writer:
        for number in range(100):
            writer.receive("nonsense", str(number).encode())
        until(lambda: not writer._queue)
        until(lambda: count(database, DeadLetter) == 30)


def test_while_the_database_is_away_nothing_is_acknowledged_and_nothing_is_lost(
    database: Database, session_without_broker: Parts, clock: ManualClock, node: KnownNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = threading.Event()
    away.set()
    store = writer_module.store_batch

    def refuse(*arguments: object) -> None:
        if away.is_set():
            raise StorageError("disk full")
        store(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(writer_module, "store_batch", refuse)
    monkeypatch.setattr(writer_module, "FIRST_BACKOFF_S", 0.01)
    with running(database, session_without_broker, clock) as writer:
        for event in events_of(node, 5):
            writer.receive(event.topic, event.payload)
        until(lambda: writer._metrics.write_failures._value.get() >= 2)
        assert not session_without_broker[1].messages
        away.clear()
        until(lambda: len(acknowledged(session_without_broker[1], node.topics)) == 5)
    assert count(database, StoredEvent) == 5


def test_memory_stays_bounded_when_the_queue_is_full(
    database: Database, session_without_broker: Parts, clock: ManualClock, node: KnownNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "PATIENCE_S", 0.01)
    writer = EventWriter(database, session_without_broker[0], IngestConfig(queue_mb=1), clock, Metrics())
    for _ in range(12):
        writer.receive("topic", b"x" * 200_000)
    assert len(writer._queue) == 6
    assert writer._metrics.dropped._value.get() == 6


def test_one_event_that_the_database_refuses_does_not_hold_up_the_others(
    database: Database, session_without_broker: Parts, clock: ManualClock, node: KnownNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = events_of(node, 9)
    store = writer_module.store_batch

    def refuse(session: object, batch: Sorted, at: object) -> None:
        if any(event.id == events[4].id for event in batch.accepted):
            raise DataError("INSERT", None, sqlite3.DataError("culprit"))
        store(session, batch, at)  # type: ignore[arg-type]

    monkeypatch.setattr(writer_module, "store_batch", refuse)
    with running(database, session_without_broker, clock) as writer:
        for event in events:
            writer.receive(event.topic, event.payload)
        until(lambda: len(acknowledged(session_without_broker[1], node.topics)) == 9)
    assert count(database, StoredEvent) == 8
    assert count(database, DeadLetter) == 1


def test_without_a_connection_nothing_is_published_and_the_node_asks_again(
    database: Database, session_without_broker: Parts, clock: ManualClock, node: KnownNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MqttSession, "connected", False)
    with running(database, session_without_broker, clock) as writer:
        event = events_of(node, 1)[0]
        writer.receive(event.topic, event.payload)
        until(lambda: count(database, StoredEvent) == 1)
    assert not session_without_broker[1].messages
