"""The MQTT session with real brokers: births, last wills, subscriptions and the outbox survive a broker that is killed."""

import os
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

import pytest

from tests.integration.brokers import RunningBroker
from tests.unit.yuhang.samples import camera_changed
from yuhang.clock import SystemClock
from yuhang.errors import MessageError
from yuhang.messages import MAX_PAYLOAD_BYTES, Ack, parse_event
from yuhang.mqtt.session import MqttSession
from yuhang.outbox import Outbox, OutboxSender, SenderConfig
from yuhang.topics import ALL_EVENTS, SHARED_EVENTS, NodeTopics

pytestmark = pytest.mark.integration

TOPICS = NodeTopics("site", "node")
ONLINE, LOST = b'{"status":"online"}', b'{"status":"lost"}'


def until(condition: Callable[[], bool], timeout_s: float = 20.0) -> None:
    """Wait for something that happens in another thread or process."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


class Inbox:
    """What came on a topic filter."""

    def __init__(self, session: MqttSession, topic_filter: str) -> None:
        self.messages: list[tuple[str, bytes]] = []
        session.subscribe(topic_filter, lambda topic, payload: self.messages.append((topic, payload)))

    @property
    def payloads(self) -> list[bytes]:
        return [payload for _topic, payload in self.messages]


@pytest.fixture
def connect(broker: RunningBroker) -> Iterator[Callable[..., MqttSession]]:
    """Makes sessions with the broker under test; all are stopped at the end."""
    made: list[MqttSession] = []

    def make(client_id: str, username: str = "central", will: tuple[str, bytes] | None = None) -> MqttSession:
        made.append(MqttSession(broker.config(username), client_id, will=will))
        return made[-1]

    yield make
    for session in made:
        session.stop()


def changes(inbox: "Inbox") -> list[bytes]:
    """What an inbox got without repeats: who subscribes while a retained message is published may get it both ways."""
    return [payload for payload, _ in groupby(inbox.payloads)]


def test_birth_will_and_goodbye(connect: Callable[..., MqttSession]) -> None:
    central = connect("central")
    states = Inbox(central, TOPICS.state)
    central.start()
    node = connect("node", "site.node", will=(TOPICS.state, LOST))
    node.retain(TOPICS.state, ONLINE)
    node.start()
    until(lambda: changes(states) == [ONLINE])

    late = connect("late")
    seen_late = Inbox(late, TOPICS.state)
    late.start()
    until(lambda: changes(seen_late) == [ONLINE])

    node.retain(TOPICS.state, b"stopped")
    node.stop()
    until(lambda: changes(states) == [ONLINE, b"stopped"])
    time.sleep(0.3)
    assert LOST not in states.payloads


def test_a_connection_that_breaks_is_told_by_the_will_and_healed_by_the_birth(
    connect: Callable[..., MqttSession],
) -> None:
    central = connect("central")
    states = Inbox(central, TOPICS.state)
    central.start()
    node = connect("node", "site.node", will=(TOPICS.state, LOST))
    node.retain(TOPICS.state, ONLINE)
    node.start()
    until(lambda: changes(states) == [ONLINE])
    connection = node._client.socket()
    assert connection is not None
    with socket.socket(fileno=os.dup(connection.fileno())) as same:
        same.shutdown(socket.SHUT_RDWR)
    until(lambda: states.payloads[-1] == ONLINE and LOST in states.payloads)


def test_the_wrong_password_never_connects(broker: RunningBroker) -> None:
    config = broker.config("central").model_copy(update={"username": "site.node"})
    session = MqttSession(config, "intruder")
    session.start()
    time.sleep(1.0)
    assert not session.connected
    assert not session.publish("yuhang/v1/site/node/event/x", b"x")
    session.stop()


def test_a_killed_broker_is_found_again_with_subscriptions_and_retained_messages(
    broker: RunningBroker, connect: Callable[..., MqttSession]
) -> None:
    node = connect("node", "site.node", will=(TOPICS.state, LOST))
    commands = Inbox(node, TOPICS.commands)
    node.retain(TOPICS.state, ONLINE)
    node.retain(TOPICS.describe, b"{}")
    node.start()
    until(lambda: node.connected)
    broker.kill()
    until(lambda: not node.connected)
    broker.start()
    until(lambda: node.counters.connects == 2)

    central = connect("central")
    retained = Inbox(central, f"{TOPICS.prefix}/+")
    central.start()
    until(lambda: sorted(retained.payloads) == sorted([ONLINE, b"{}"]))
    until(lambda: central.publish(TOPICS.command("reobserve"), b"now"))
    until(lambda: commands.payloads == [b"now"])


def test_a_session_that_starts_before_its_broker_connects_when_that_comes(
    broker: RunningBroker, connect: Callable[..., MqttSession]
) -> None:
    broker.kill()
    session = connect("early")
    session.start()
    time.sleep(0.3)
    assert not session.connected
    broker.start()
    assert session.wait_connected(20)


def test_shared_subscriptions_give_each_event_to_one_worker(connect: Callable[..., MqttSession]) -> None:
    workers = [connect(f"worker-{number}") for number in range(2)]
    inboxes = [Inbox(worker, SHARED_EVENTS) for worker in workers]
    for worker in workers:
        worker.start()
    assert all(worker.wait_connected(20) for worker in workers)
    time.sleep(0.3)
    node = connect("node", "site.node")
    node.start()
    assert node.wait_connected(20)
    sent = [str(number).encode() for number in range(100)]
    for payload in sent:
        node.publish(TOPICS.event("camera.changed.v1"), payload)
    until(lambda: sum(len(inbox.messages) for inbox in inboxes) >= len(sent))
    assert sorted(inboxes[0].payloads + inboxes[1].payloads) == sorted(sent)
    assert all(inbox.messages for inbox in inboxes)


def test_a_failing_handler_is_counted_and_stops_nothing(connect: Callable[..., MqttSession]) -> None:
    session = connect("central")
    seen = threading.Event()

    def fail(_topic: str, _payload: bytes) -> None:
        raise ValueError("on purpose")

    session.subscribe("t/1", fail)
    session.subscribe("t/2", lambda *_: seen.set())
    session.start()
    assert session.wait_connected(20)
    until(lambda: session.publish("t/1", b""))
    until(lambda: session.publish("t/2", b""))
    assert seen.wait(10)
    assert session.counters.handler_errors == 1


def test_the_largest_message_passes_and_a_larger_one_is_refused_before_it_is_sent(
    connect: Callable[..., MqttSession],
) -> None:
    session = connect("central")
    inbox = Inbox(session, "t/#")
    session.start()
    assert session.wait_connected(20)
    with pytest.raises(MessageError):
        session.publish("t/large", bytes(MAX_PAYLOAD_BYTES + 1))
    with pytest.raises(MessageError):
        session.retain("t/large", bytes(MAX_PAYLOAD_BYTES + 1))
    until(lambda: session.publish("t/" + "x" * 1000, bytes(MAX_PAYLOAD_BYTES)))
    until(lambda: inbox.messages != [])
    assert inbox.payloads == [bytes(MAX_PAYLOAD_BYTES)]
    assert session.counters.connects == 1


class Central:
    """Acks what it has 'committed' to a list, once in two, so that events must be sent again."""

    def __init__(self, session: MqttSession) -> None:
        self.committed: dict[str, int] = {}
        self.received: Counter[str] = Counter()
        self._session = session
        session.subscribe(ALL_EVENTS, self._event)

    def _event(self, _topic: str, payload: bytes) -> None:
        event = parse_event(payload)
        self.received[event.id] += 1
        self.committed.setdefault(event.id, event.seq)
        if event.seq % 2 or self.received[event.id] > 1:
            self._session.publish(TOPICS.ack, Ack(ids=(event.id,)).model_dump_json().encode())


def test_the_outbox_delivers_everything_once_over_kills_of_the_broker(
    broker: RunningBroker, connect: Callable[..., MqttSession], tmp_path: Path
) -> None:
    central = Central(connect("central"))
    central._session.start()
    node = connect("node", "site.node")
    outbox = Outbox(tmp_path / "outbox.db", "site", "node")
    sender = OutboxSender(outbox, node, TOPICS, SystemClock(), SenderConfig(window=50, ack_timeout_s=0.5))
    node.start()
    sender.start()
    events = [camera_changed(number) for number in range(300)]
    for start in range(0, 300, 100):
        outbox.put_many(events[start : start + 100])
        sender.wake()
        time.sleep(0.2)
        broker.kill()
        time.sleep(0.2)
        broker.start()
    until(lambda: outbox.count() == 0, 60)
    sender.stop()
    assert sorted(central.committed.values()) == list(range(1, 301))
    assert central.committed.keys() == {event.id for event in events}
    assert sender.counters.acknowledged == 300
    outbox.close()
