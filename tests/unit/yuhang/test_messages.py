"""Messages: what a stranger sends is an event or a `MessageError`, never anything else."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.yuhang.samples import camera_changed, parking_stopped
from yuhang.errors import MessageError
from yuhang.messages import MAX_EVENT_BYTES, EventEnvelope, parse_event
from yuhang.topics import NodeTopics, parse_topic

GOOD = parking_stopped().model_dump_json()


def with_change(path: str, value: str) -> bytes:
    """A good event with the JSON `value` at a dotted `path`."""
    event = json.loads(GOOD)
    place = event
    *parents, last = path.split(".")
    for parent in parents:
        place = place[parent]
    place[last] = "@@"
    return json.dumps(event, ensure_ascii=False).replace('"@@"', value).encode()


def test_events_come_back_as_they_were() -> None:
    for event in (parking_stopped(), camera_changed()):
        assert parse_event(event.model_dump_json()) == event
        assert parse_event(event.model_dump_json().encode()) == event


def test_times_travel_as_utc() -> None:
    event = parse_event(with_change("time", '"2026-06-01T12:00:00+08:00"'))
    assert event.time.isoformat() == "2026-06-01T04:00:00+00:00"
    assert event.time.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        ("id", '"1"', "id"),
        ("id", '"01JWZZZZZZZZZZZZZZZZZZZZZZ\\n"', "id"),
        ("source", '"yuhang/v1/site/node/event"', "source"),
        ("time", '"2026-06-01T12:00:00"', "time"),
        ("time", '"9999-12-31T23:59:59-23:59"', "time"),
        ("time", '"0001-01-01T00:00:00+23:59"', "time"),
        ("time", "1e400", "time"),
        ("type", '"parking.stopped.v2"', "payload"),
        ("seq", "-1", "seq"),
        ("seq", "9" * 400, "seq"),
        ("seq", "9" * 5000, "payload"),
        ("seq", str(2**63), "seq"),
        ("seq", "1.5", "seq"),
        ("data.dwell_s", "NaN", "data.dwell_s"),
        ("data.dwell_s", "Infinity", "data.dwell_s"),
        ("data.dwell_s", "1e308", "data.dwell_s"),
        ("data.dwell_s", "-1", "data.dwell_s"),
        ("data.plate.confidence", "2", "data.plate.confidence"),
        ("data.plate.text", '"' + "浙" * 13 + '"', "data.plate.text"),
        ("data.plate.text", '"\\ud800"', "payload"),
        ("data.box.left", "10000000", "data.box.left"),
        ("data.evidence", "{}", "data.evidence"),
        ("data.unknown", "1", "data.unknown"),
        ("data", "[" * 100_000 + "]" * 100_000, "payload"),
        ("data", "null", "data"),
        ("subject", '"' + "x" * MAX_EVENT_BYTES + '"', "payload"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(path: str, value: str, place: str) -> None:
    with pytest.raises(MessageError) as raised:
        parse_event(with_change(path, value))
    assert place in str(raised.value).split(": ", maxsplit=1)[0]
    assert len(str(raised.value)) < 500


def test_an_error_never_repeats_the_offending_value() -> None:
    with pytest.raises(MessageError) as raised:
        parse_event(with_change("data.plate.text", '"secret value of somebody"'))
    assert "secret" not in str(raised.value)


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_an_event_or_a_message_error(payload: bytes) -> None:
    with pytest.raises(MessageError):
        parse_event(payload)


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "2026-06-01"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


def paths_of(node: Any, prefix: str = "") -> list[str]:
    if not isinstance(node, dict):
        return []
    return [path for key, value in node.items() for path in (f"{prefix}{key}", *paths_of(value, f"{prefix}{key}."))]


@given(st.sampled_from(paths_of(json.loads(GOOD))), JSON_VALUES)
def test_any_value_in_any_place_is_an_event_or_a_message_error(path: str, value: object) -> None:
    payload = with_change(path, json.dumps(value))
    try:
        event: EventEnvelope | None = parse_event(payload)
    except MessageError:
        event = None
    if event is not None:
        assert parse_event(event.model_dump_json()) == event


@given(st.integers(0, len(GOOD.encode()) - 1), st.binary(min_size=1, max_size=1))
def test_any_changed_byte_is_an_event_or_a_message_error(position: int, byte: bytes) -> None:
    payload = GOOD.encode()
    payload = payload[:position] + byte + payload[position + 1 :]
    try:
        event: EventEnvelope | None = parse_event(payload)
    except MessageError:
        event = None
    if event is not None:
        assert parse_event(event.model_dump_json()) == event


def test_topics_are_taken_apart_as_they_were_built() -> None:
    topics = NodeTopics("xihu", "gate-7")
    parsed = parse_topic(topics.event("parking.stopped.v1"))
    assert (parsed.node, parsed.rest) == (topics, "event/parking.stopped")


@pytest.mark.parametrize(
    "topic",
    ["", "yuhang/v1", "yuhang/v1/a/b", "yuhang/v1/A/b/x", "x/v1/a/b/x", "yuhang/v1/-a/b/x", "yuhang/v1/a/b/x\n/#" * 99],
)
def test_other_topics_are_message_errors(topic: str) -> None:
    with pytest.raises(MessageError):
        parse_topic(topic)


@given(st.text(max_size=80))
def test_any_text_is_a_topic_or_a_message_error(topic: str) -> None:
    with pytest.raises(MessageError):
        parse_topic(topic)


@pytest.mark.parametrize("name", ["", "A", "a/b", "+", "#", "a" * 64, "a\n"])
def test_names_that_would_break_topics_are_refused(name: str) -> None:
    with pytest.raises(MessageError):
        NodeTopics(name, "node")
