"""What of the session needs no broker."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.client import topic_matches_sub
from pydantic import SecretStr, ValidationError

from yuhang.errors import ConfigError
from yuhang.mqtt.backoff import Backoff
from yuhang.mqtt.config import MqttConfig
from yuhang.mqtt.session import MqttSession
from yuhang.topics import filter_pattern


def test_waiting_times_double_to_the_longest_within_their_upper_half() -> None:
    longest = Backoff(0.5, 30.0, draw=lambda _low, high: high)
    assert [longest.next_s() for _ in range(8)] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    shortest = Backoff(0.5, 30.0, draw=lambda low, _high: low)
    assert [shortest.next_s() for _ in range(3)] == [0.25, 0.5, 1.0]
    shortest.reset()
    assert shortest.next_s() == 0.25
    assert [longest.next_s() for _ in range(2000)][-1] == 30


def test_waiting_times_differ_between_clients() -> None:
    assert len({Backoff(0.5, 30.0).next_s() for _ in range(20)}) > 15


def test_the_password_comes_from_the_configuration_or_its_file(tmp_path: Path) -> None:
    assert MqttConfig().secret() is None
    assert MqttConfig(password=SecretStr("x")).secret() == "x"
    path = tmp_path / "password"
    path.write_text("from file\n")
    assert MqttConfig(password_file=path).secret() == "from file"
    with pytest.raises(ValidationError, match="not both"):
        MqttConfig(password=SecretStr("x"), password_file=path)
    path.write_text("")
    with pytest.raises(ConfigError, match="no password can be read"):
        MqttConfig(password_file=path).secret()
    assert "geheim" not in repr(MqttConfig(password=SecretStr("geheim")))


LEVELS = st.sampled_from(["a", "b", "", "$x", "a.b", "a+", "浙"])
FILTER_LEVELS = LEVELS | st.just("+")


@given(st.lists(FILTER_LEVELS, min_size=1, max_size=4), st.booleans(), st.lists(LEVELS, min_size=1, max_size=5))
def test_filters_match_as_paho_matches_them(levels: list[str], tail: bool, topic: list[str]) -> None:
    topic_filter = "/".join([*levels, "#"] if tail else levels)
    expected = topic_matches_sub(topic_filter, "/".join(topic))
    assert bool(filter_pattern(topic_filter).fullmatch("/".join(topic))) == expected


def test_shared_filters_are_matched_without_their_group() -> None:
    assert filter_pattern("$share/ingest/yuhang/v1/+/+/event/#").fullmatch("yuhang/v1/site/node/event/x")
    assert not filter_pattern("$share/ingest/yuhang/v1/+/+/event/#").fullmatch("yuhang/v1/site/node/eventx")


def test_without_a_connection_messages_are_refused_and_counted() -> None:
    session = MqttSession(MqttConfig(port=1), "nobody")
    assert not session.publish("t", b"x")
    assert session.counters.refused_publishes == 1
    session.retain("t", b"x")
    session.stop()  # never started
