"""Nodes: credentials, pinned keys, states, commands."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from ulid import ULID

from central.database import Database
from central.errors import Conflict, Unauthorized
from central.live.store import CameraKey, LiveStore
from central.nodes.commands import RESEND_S, CommandSender, record_reply, send_command
from central.nodes.listener import NodeListener
from central.nodes.service import (
    accept_new_key,
    add_node,
    authenticate_node,
    find_node,
    public_keys,
    renew_credential,
)
from central.nodes.tables import Node, NodeCommand
from tests.unit.central.conftest import KnownNode, Published
from yuhang.clock import ManualClock
from yuhang.errors import EvidenceError, MessageError
from yuhang.evidence.keys import NodeKey
from yuhang.messages import Health, NodeDescription, NodeState, Reobserve, Reply
from yuhang.mqtt.session import MqttSession
from yuhang.topics import NodeTopics

Parts = tuple[MqttSession, Published]
HASH = "0" * 64


@pytest.fixture
def listener(database: Database, session_without_broker: Parts, clock: ManualClock) -> NodeListener:
    return NodeListener(database, session_without_broker[0], LiveStore(), clock)


@pytest.fixture
def row(database: Database, node: KnownNode) -> Callable[[], Node]:
    def read() -> Node:
        with database.reader() as session:
            return find_node(session, node.topics.site, node.topics.node)

    return read


def description(key: NodeKey, key_id: str | None = None) -> bytes:
    told = NodeDescription(
        cameras=(),
        models={},
        config_sha256=HASH,
        config_version=1,
        software="1",
        public_key=key.public_key,
        key_id=key_id or key.key_id,
    )
    return told.model_dump_json().encode()


def test_only_an_enabled_node_with_its_credential_is_let_in(database: Database, node: KnownNode) -> None:
    with database.reader() as session:
        assert authenticate_node(session, node.credential).node == "gate-1"
        with pytest.raises(Unauthorized):
            authenticate_node(session, "guess")
    with database.session() as session:
        find_node(session, "yuhang", "gate-1").enabled = False
    with database.reader() as session, pytest.raises(Unauthorized):
        authenticate_node(session, node.credential)


def test_the_credential_is_kept_as_a_hash_and_a_new_one_ends_the_old(
    database: Database, node: KnownNode, row: Callable[[], Node]
) -> None:
    assert node.credential not in row().credential_sha256
    with database.session() as session:
        fresh = renew_credential(session, "yuhang", "gate-1")
    with database.reader() as session:
        assert authenticate_node(session, fresh)
        with pytest.raises(Unauthorized):
            authenticate_node(session, node.credential)


def test_a_node_is_registered_once_under_a_proper_name_and_key(database: Database, clock: ManualClock, node: KnownNode) -> None:
    with database.session() as session:
        with pytest.raises(Conflict):
            add_node(session, clock, "yuhang", "gate-1")
        with pytest.raises(MessageError):
            add_node(session, clock, "Yuhang", "../etc")
        with pytest.raises(EvidenceError):
            add_node(session, clock, "yuhang", "gate-3", public_key="not a key")


def test_the_first_key_is_pinned_and_another_is_refused_until_a_person_accepts_it(
    database: Database, node: KnownNode, listener: NodeListener, row: Callable[[], Node], tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = NodeKey.open(tmp_path_factory.mktemp("other") / "node.pem")
    listener.receive(node.topics.describe, description(node.key))
    assert listener.run_once() == 1
    assert (row().public_key, row().refused_key) == (node.key.public_key, None)
    listener.receive(node.topics.describe, description(other))
    listener.run_once()
    assert (row().public_key, row().refused_key) == (node.key.public_key, other.public_key)
    with database.session() as session:
        accept_new_key(session, "yuhang", "gate-1")
    assert public_keys(row()) == [other.public_key, node.key.public_key]
    with database.session() as session, pytest.raises(Conflict):
        accept_new_key(session, "yuhang", "gate-1")


def test_a_key_under_a_wrong_id_is_not_pinned(node: KnownNode, listener: NodeListener, row: Callable[[], Node]) -> None:
    listener.receive(node.topics.describe, description(node.key, key_id="0" * 16))
    listener.run_once()
    assert row().public_key is None


def test_the_last_will_of_an_older_session_is_ignored(
    node: KnownNode, clock: ManualClock, listener: NodeListener, row: Callable[[], Node]
) -> None:
    first, second = str(ULID()), str(ULID())
    for status, session in (("online", first), ("online", second), ("lost", first)):
        state = NodeState(status=status, session=session, since=clock.now())  # type: ignore[arg-type]
        listener.receive(node.topics.state, state.model_dump_json().encode())
    listener.run_once()
    assert (row().status, row().session) == ("online", second)
    listener.receive(node.topics.state, NodeState(status="lost", session=second, since=clock.now()).model_dump_json().encode())
    listener.run_once()
    assert row().status == "lost"


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b"\xff", b"x" * 300_000])
def test_hostile_messages_are_dropped_and_the_rest_goes_on(
    payload: bytes, node: KnownNode, clock: ManualClock, listener: NodeListener, row: Callable[[], Node]
) -> None:
    listener.receive(node.topics.state, payload)
    listener.receive_live(node.topics.telemetry("live"), payload)
    listener.receive("yuhang/v1/UPPER/x/state", payload)
    listener.receive(node.topics.telemetry("health"), Health(time=clock.now(), values={"fps": 5.0}).model_dump_json().encode())
    assert listener.run_once() == 1
    assert row().health == {"fps": 5.0}


def test_messages_of_an_unknown_node_change_nothing(database: Database, clock: ManualClock, listener: NodeListener) -> None:
    state = NodeState(status="online", session=str(ULID()), since=clock.now())
    listener.receive("yuhang/v1/no/body/state", state.model_dump_json().encode())
    listener.run_once()
    with database.reader() as session:
        assert session.get(Node, ("no", "body")) is None


def test_what_a_node_said_before_it_was_registered_is_taken_when_it_is(
    database: Database, clock: ManualClock, listener: NodeListener, node: KnownNode
) -> None:
    topics = NodeTopics("yuhang", "late")
    listener.receive(topics.describe, description(node.key))
    listener.run_once()
    clock.advance(3)
    assert listener.run_once() == 0
    with database.session() as session:
        add_node(session, clock, topics.site, topics.node)
    clock.advance(3)
    assert listener.run_once() == 1
    with database.reader() as session:
        assert find_node(session, topics.site, topics.node).public_key == node.key.public_key
    assert listener.run_once() == 0


def command(clock: ManualClock, minutes: float = 5) -> Reobserve:
    now = clock.now()
    return Reobserve(id=str(ULID()), expires_at=now + timedelta(minutes=minutes), track=str(ULID()), due_at=now)


def test_a_command_is_sent_after_the_commit_and_again_until_it_is_answered(
    database: Database, node: KnownNode, clock: ManualClock, session_without_broker: Parts, listener: NodeListener
) -> None:
    mqtt, published = session_without_broker
    sender = CommandSender(database, mqtt, clock)
    order = command(clock)
    with database.session() as session:
        send_command(session, "yuhang", "gate-1", "reobserve", order)
        send_command(session, "yuhang", "gate-1", "reobserve", order)
        assert not published.messages
    assert sender.run_once() == 1
    assert published.messages == [(node.topics.command("reobserve"), order.model_dump_json().encode())]
    assert sender.run_once() == 0
    clock.advance(RESEND_S)
    assert sender.run_once() == 1
    reply = Reply(id=order.id, status="done", time=clock.now())
    listener.receive(node.topics.reply(order.id), reply.model_dump_json().encode())
    listener.run_once()
    clock.advance(RESEND_S)
    assert sender.run_once() == 0
    assert len(published.messages) == 2


def test_an_expired_command_is_never_sent(
    database: Database, node: KnownNode, clock: ManualClock, session_without_broker: Parts
) -> None:
    mqtt, published = session_without_broker
    order = command(clock, minutes=1)
    with database.session() as session:
        send_command(session, "yuhang", "gate-1", "reobserve", order)
    clock.advance(61)
    CommandSender(database, mqtt, clock).run_once()
    assert not published.messages
    with database.reader() as session:
        row = session.get(NodeCommand, order.id)
        assert row is not None
        assert row.status == "expired"


def test_a_node_cannot_answer_for_another(database: Database, node: KnownNode, clock: ManualClock) -> None:
    order = command(clock)
    with database.session() as session:
        send_command(session, "yuhang", "gate-1", "reobserve", order)
        reply = Reply(id=order.id, status="done", time=clock.now())
        assert not record_reply(session, "yuhang", "gate-2", reply)
        assert record_reply(session, "yuhang", "gate-1", reply)


def test_live_views_stay_in_memory(
    database: Database, session_without_broker: Parts, clock: ManualClock, node: KnownNode
) -> None:
    live = LiveStore(capacity=2)
    listener = NodeListener(database, session_without_broker[0], live, clock)
    view = b'{"camera":"%s","time":"2026-06-01T01:00:00Z","width":640,"height":360,"condition":"ok","vehicles":[]}'
    for camera in (b"a", b"b", b"c"):
        listener.receive_live(node.topics.telemetry("live"), view % camera)
    assert listener.run_once() == 0
    assert {key.camera for key in live.all()} == {"b", "c"}
    assert live.get(CameraKey("yuhang", "gate-1", "c")) is not None
