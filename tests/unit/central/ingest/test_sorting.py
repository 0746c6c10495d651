"""What becomes of each message: stored, or refused with a reason."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.events import encoded_events
from central.ingest.sorting import KEPT_OF_A_LETTER, LARGEST_EVENT, Incoming, Refusal, refuse_unknown, sort_messages
from yuhang.evidence.keys import NodeKey
from yuhang.topics import NodeTopics

HERE = NodeTopics("yuhang", "gate-1")
ELSEWHERE = NodeTopics("yuhang", "gate-2")


@pytest.fixture(scope="module")
def message(tmp_path_factory: pytest.TempPathFactory) -> Incoming:
    key = NodeKey.open(Path(tmp_path_factory.mktemp("key")) / "node.pem")
    event = next(encoded_events(HERE, 1, key))
    return Incoming(event.topic, event.payload)


def changed(message: Incoming, **changes: Any) -> Incoming:
    return Incoming(message.topic, json.dumps({**json.loads(message.payload), **changes}).encode())


def test_a_good_event_is_accepted_with_what_the_table_needs(message: Incoming) -> None:
    batch = sort_messages([message])
    assert not batch.refused
    event = batch.accepted[0]
    assert (event.topics, event.seq, event.type) == (HERE, 1, "parking.stopped.v1")
    assert event.id == json.loads(message.payload)["id"]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"source": ELSEWHERE.prefix}, Refusal.SOURCE),
        ({"type": "parking.unheard-of.v1"}, Refusal.INVALID),
        ({"seq": 2**60}, Refusal.INVALID),
        ({"time": "2026-06-01T09:00:00"}, Refusal.INVALID),
        ({"time": "0001-01-01T00:00:00+14:00"}, Refusal.INVALID),
        ({"surprise": 1}, Refusal.INVALID),
    ],
)
def test_a_bad_event_is_refused_whole_and_its_node_may_forget_it(
    message: Incoming, changes: dict[str, Any], kind: Refusal
) -> None:
    bad = changed(message, **changes)
    [refused] = sort_messages([bad]).refused
    assert refused.kind is kind
    assert refused.acknowledge == json.loads(bad.payload)["id"]
    assert refused.kept == bad.payload


@pytest.mark.parametrize(
    "payload", [b"", b"{", b"\xff\xfe", b"[]", b"null", b'{"id": 7}', b'{"id": "no ulid"}', b"[" * 5000, b'"\\ud800"']
)
def test_hostile_payloads_are_refused_without_an_acknowledgement(message: Incoming, payload: bytes) -> None:
    [refused] = sort_messages([Incoming(message.topic, payload)]).refused
    assert refused.kind is Refusal.INVALID
    assert refused.acknowledge is None


def test_a_payload_that_is_too_large_is_not_even_parsed_and_only_its_head_is_kept(message: Incoming) -> None:
    [refused] = sort_messages([Incoming(message.topic, b" " * (LARGEST_EVENT + 1))]).refused
    assert refused.kind is Refusal.SIZE
    assert len(refused.kept) == KEPT_OF_A_LETTER


@pytest.mark.parametrize("topic", ["yuhang/v1/UPPER/gate-1/event/parking.stopped", "yuhang/v1/a/b", "x", "yuhang/v2/a/b/event/c"])
def test_a_topic_of_no_node_is_refused(message: Incoming, topic: str) -> None:
    [refused] = sort_messages([Incoming(topic, message.payload)]).refused
    assert refused.kind is Refusal.TOPIC
    assert refused.topics is None


def test_an_event_on_the_topic_of_another_type_is_refused(message: Incoming) -> None:
    [refused] = sort_messages([Incoming(HERE.event("parking.left.v1"), message.payload)]).refused
    assert refused.kind is Refusal.TOPIC


def test_good_and_bad_messages_of_a_batch_do_not_touch_each_other(message: Incoming) -> None:
    batch = sort_messages([message, Incoming(message.topic, b"{"), message, Incoming("x", b"")])
    assert (len(batch.accepted), len(batch.refused)) == (2, 2)


def test_nothing_of_an_unknown_node_is_acknowledged(message: Incoming) -> None:
    bad = changed(message, seq=-1)
    checked = refuse_unknown(sort_messages([message, bad]), known={ELSEWHERE})
    assert not checked.accepted
    assert {one.kind for one in checked.refused} == {Refusal.UNKNOWN_NODE}
    assert all(one.acknowledge is None for one in checked.refused)
