"""Events from a node's outbox into central's database, on every pair of broker and database: none lost, none twice.

Broker and central are processes that are killed while the events flow.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from benchmarks.events import make_event, make_record
from benchmarks.servers import free_port
from central.database import Database
from central.events.dispatch import load_sequence
from central.events.sequence import Span
from central.events.tables import EventState, StoredEvent
from central.evidence.tables import EvidenceRow
from central.ingest.tables import DeadLetter
from central.nodes.service import add_node
from central.schema import migrate
from tests.integration import brokers
from tests.integration.brokers import RunningBroker
from tests.integration.central.processes import CentralProcess
from yuhang.clock import SystemClock
from yuhang.evidence.canonical import NO_PREVIOUS
from yuhang.evidence.keys import NodeKey
from yuhang.messages import NodeDescription
from yuhang.mqtt.session import MqttSession
from yuhang.outbox import Outbox, OutboxSender, SenderConfig
from yuhang.topics import NodeTopics

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

TOPICS = NodeTopics("site", "node")
HASH = "0" * 64


def until(condition: Callable[[], bool], timeout_s: float = 60.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@dataclass(slots=True)
class Node:
    """A node's end of the contract: key, outbox, session and sender."""

    key: NodeKey
    outbox: Outbox
    mqtt: MqttSession
    sender: OutboxSender
    head: str = NO_PREVIOUS

    def send(self, content: bytes) -> str:
        """Put an event with a picture into the outbox; returns its id."""
        number = self.outbox.last_seq() + 1
        record = make_record(TOPICS, number, content, self.key, self.head)
        self.head = record.hash
        event = self.outbox.put(make_event(TOPICS, 0, record))
        self.sender.wake()
        return event.id


@pytest.fixture
def node(broker: RunningBroker, tmp_path: Path) -> Iterator[Node]:
    folder = tmp_path / "node"
    folder.mkdir()
    outbox = Outbox(folder / "outbox.db", TOPICS.site, TOPICS.node)
    mqtt = MqttSession(broker.config("site.node"), "node")
    sender = OutboxSender(outbox, mqtt, TOPICS, SystemClock(), SenderConfig(ack_timeout_s=1.0))
    key = NodeKey.open(folder / "node.pem")
    told = NodeDescription(
        cameras=(), models={}, config_sha256=HASH, config_version=1, software="1", public_key=key.public_key, key_id=key.key_id
    )
    mqtt.retain(TOPICS.describe, told.model_dump_json().encode())
    mqtt.start()
    sender.start()
    yield Node(key, outbox, mqtt, sender)
    sender.stop()
    mqtt.stop()
    outbox.close()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with Database(database_url) as opened:
        migrate(opened)
        yield opened


@pytest.fixture
def credential(database: Database) -> str:
    with database.session() as session:
        return add_node(session, SystemClock(), TOPICS.site, TOPICS.node)


@pytest.fixture
def central(broker: RunningBroker, database_url: str, tmp_path: Path) -> Iterator[CentralProcess]:
    process = CentralProcess(tmp_path / "central", database_url, broker, free_port())
    yield process
    if process.process is not None and process.process.poll() is None:
        process.kill()


def states(database: Database) -> dict[str, str]:
    with database.reader() as session:
        return {row.id: row.state for row in session.execute(select(StoredEvent.id, StoredEvent.state))}


# What one box runs on, and what a site does; ../broker and test_on_postgresql try brokers and databases on their own.
one_box_and_site = pytest.mark.parametrize(
    ("broker", "database_url"), [("embedded", "sqlite"), ("mosquitto", "postgresql")], indirect=True
)


@pytest.mark.slow
@one_box_and_site
def test_nothing_is_lost_and_nothing_doubled_when_central_and_broker_are_killed(
    broker: RunningBroker, database: Database, credential: str, central: CentralProcess, node: Node
) -> None:
    central.start()
    sent = [node.send(b"picture %d" % number) for number in range(100)]
    until(lambda: bool(states(database)))
    central.kill()
    sent += [node.send(b"picture %d" % number) for number in range(100, 200)]
    broker.kill()
    broker.start()
    central.start()
    sent += [node.send(b"picture %d" % number) for number in range(200, 300)]
    until(lambda: node.outbox.count() == 0)
    until(lambda: states(database) == dict.fromkeys(sent, EventState.HANDLED.value))
    with database.reader() as session:
        assert load_sequence(session, TOPICS.site, TOPICS.node).spans == (Span(1, 300),)
        assert session.scalars(select(EvidenceRow.seq).order_by(EvidenceRow.seq)).all() == list(range(1, 301))
    until(lambda: _all_verified(database))
    code, seconds = central.end()
    assert code == 0
    assert seconds < 5


def _all_verified(database: Database) -> bool:
    with database.reader() as session:
        return session.scalar(select(EvidenceRow).where(EvidenceRow.verified.is_(False)).limit(1)) is None


@one_box_and_site
def test_strangers_and_hostile_messages_do_not_stop_the_flow_and_pictures_become_evidence(
    database: Database, central: CentralProcess, node: Node
) -> None:
    central.start()
    content = b"\xff\xd8\xff picture"
    event_id = node.send(content)
    until(lambda: _dead_letters(database) == ["unknown_node"])
    assert node.outbox.count() == 1, "an unknown node keeps its events"
    with database.session() as session:
        credential = add_node(session, SystemClock(), TOPICS.site, TOPICS.node)
        add_node(session, SystemClock(), "site", "other")
    until(lambda: node.outbox.count() == 0)

    hostile = (b"", b"{", b"\xff" * 100, b"[" * 10_000, b'{"id":"x"}')
    for payload in hostile:
        node.mqtt.publish(TOPICS.event("parking.stopped.v1"), payload)
        node.mqtt.publish(TOPICS.event("parking.stopped.v1") + "/deeper/still", payload)
        node.mqtt.publish(TOPICS.state, payload)
    forged = make_event(NodeTopics("site", "other"), 1, make_record(TOPICS, 1, b"x", node.key))
    node.mqtt.publish(TOPICS.event(forged.type), forged.model_dump_json().encode())
    until(lambda: len(_dead_letters(database)) == 2 * len(hostile) + 2)
    assert _dead_letters(database).count("source") == 1

    name = hashlib.sha256(content).hexdigest()
    headers = {"Authorization": f"Bearer {credential}"}
    assert httpx.put(f"{central.url}/api/v1/evidence/{name}", content=content, headers=headers).status_code == 201
    second = node.send(b"another")
    until(lambda: node.outbox.count() == 0)
    until(lambda: states(database) == dict.fromkeys((event_id, second), EventState.HANDLED.value))
    until(lambda: _is_evidence(database, name))
    assert "yuhang_events_refused_total" in httpx.get(f"{central.url}/metrics").text


def _is_evidence(database: Database, name: str) -> bool:
    with database.reader() as session:
        row = session.scalar(select(EvidenceRow).where(EvidenceRow.file_sha256 == name))
        return row is not None and row.verified


def _dead_letters(database: Database) -> list[str]:
    with database.reader() as session:
        return list(session.scalars(select(DeadLetter.kind)))


@pytest.fixture
def shared_broker(tmp_path: Path) -> Iterator[RunningBroker]:
    folder = tmp_path / "shared-broker"
    folder.mkdir()
    running = brokers.mosquitto(folder, free_port())
    running.start()
    yield running
    running.stop()


@pytest.mark.slow
def test_two_centrals_share_the_events_on_postgresql(shared_broker: RunningBroker, fresh_postgresql: str, tmp_path: Path) -> None:
    centrals = [
        CentralProcess(tmp_path / name, fresh_postgresql, shared_broker, free_port(), {"shared": True}) for name in ("one", "two")
    ]
    with Database(fresh_postgresql) as database:
        migrate(database)
        with database.session() as session:
            add_node(session, SystemClock(), TOPICS.site, TOPICS.node)
        try:
            for central in centrals:
                central.start()
            sent = _send_from_a_node(shared_broker, tmp_path, 400)
            until(lambda: states(database) == dict.fromkeys(sent, EventState.HANDLED.value))
            taken = [_events_taken(central) for central in centrals]
            assert sum(taken) >= 400
            assert all(count > 0 for count in taken), f"one central took everything: {taken}"
        finally:
            for central in centrals:
                if central.process is not None:
                    central.kill()


def _send_from_a_node(broker: RunningBroker, tmp_path: Path, count: int) -> list[str]:
    outbox = Outbox(tmp_path / "outbox.db", TOPICS.site, TOPICS.node)
    mqtt = MqttSession(broker.config("site.node"), "node")
    sender = OutboxSender(outbox, mqtt, TOPICS, SystemClock(), SenderConfig(ack_timeout_s=1.0))
    key = NodeKey.open(tmp_path / "node.pem")
    mqtt.start()
    sender.start()
    record = make_record(TOPICS, 1, b"x", key)
    sent = [outbox.put(make_event(TOPICS, 0, record)).id for _ in range(count)]
    until(lambda: outbox.count() == 0)
    sender.stop()
    mqtt.stop()
    outbox.close()
    return sent


def _events_taken(central: CentralProcess) -> int:
    text = httpx.get(f"{central.url}/metrics").text
    line = next(line for line in text.splitlines() if line.startswith("yuhang_events_total"))
    return int(float(line.split()[1]))
