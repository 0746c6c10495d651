"""Faces are off unless the node's own file switches them on, and their pictures stay on the node."""

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from edge.config import NodeConfig
from edge.desired import laid_over
from edge.faces.opening import read_measured
from edge.node.gate_desk import MqttGates
from tests.unit.edge.detectors.face_entry.test_watch import FACES, ZONE
from tests.unit.edge.node.conftest import START
from tests.unit.edge.node.test_commands_and_views import FakeSession
from yuhang.errors import ConfigError
from yuhang.ids import new_ulid
from yuhang.messages import FaceDecided, FaceDecision, FaceRequest, Reply
from yuhang.topics import NodeTopics

CAMERA = {"camera": "door", "source": {"kind": "file", "path": "x.mp4"}}
PLAIN = {"site": "s", "node": "n", "cameras": [CAMERA]}
SEEN = {**PLAIN, "cameras": [CAMERA | {"zones": [ZONE]}]}
TOPICS = NodeTopics("s", "n")
LAID = """
cameras:
  - camera: door
    zones:
      - {zone: door, address: a, polygon: [[0, 0], [1, 0], [1, 1]], detector: {kind: face_entry, gate: e}}
"""


def test_law_18_a_zone_needs_the_notice_and_another_way_in() -> None:
    assert NodeConfig.model_validate(PLAIN).faces is None
    with pytest.raises(ValidationError, match="looks at faces: write the section `faces`"):
        NodeConfig.model_validate(SEEN)
    for missing in ("notice_version", "other_way", "assessment", "assessed_on"):
        with pytest.raises(ValidationError, match=missing):
            NodeConfig.model_validate({**SEEN, "faces": {key: value for key, value in FACES.items() if key != missing}})
    on = NodeConfig.model_validate({**SEEN, "faces": FACES})
    assert on.face_cameras == {"door": {"east"}}


def test_central_cannot_switch_it_on() -> None:
    with pytest.raises(ConfigError, match=r"version 3: zone 'door' of camera 'door' looks at faces"):
        laid_over(NodeConfig.model_validate(PLAIN), 3, LAID)
    assert laid_over(NodeConfig.model_validate({**PLAIN, "faces": FACES}), 3, LAID).face_cameras == {"door": {"e"}}


def test_a_decision_cannot_carry_a_picture() -> None:
    data = {
        "track": new_ulid(START),
        "camera": "door",
        "zone": "door",
        "zone_sha256": "0" * 64,
        "clock": {"source": "arrival", "error_s": 0.0},
        "gate": "east",
        "means": "card",
        "decision": "pass",
        "looks": 3,
        "of_looks": 3,
    }
    assert FaceDecided.model_validate(data).decision is FaceDecision.PASS
    for key, value in (("files_pending", ["0" * 64]), ("holder", "flat-402"), ("template", "AAAA")):
        with pytest.raises(ValidationError):
            FaceDecided.model_validate({**data, key: value})


def request(gate: str = "east", seconds: float = 10, **more: object) -> FaceRequest:
    known = {
        "id": new_ulid(START),
        "expires_at": START + timedelta(seconds=seconds),
        "gate": gate,
        "means": "card",
        "holder": "flat",
    }
    return FaceRequest.model_validate(known | more)


def test_the_newest_request_of_our_own_gates_counts_and_is_answered_once() -> None:
    session = FakeSession()
    gates = MqttGates(TOPICS, session, lambda: {"east"})
    topic = NodeTopics("s", "reader").request("face")
    for one in (request("west"), first := request(), second := request()):
        gates.receive(topic, one.model_dump_json().encode())
    gates.receive(topic, b"{}")
    assert gates.bad == 1
    assert gates.asked("west", START) is None
    assert gates.asked("east", START) == second != first
    gates.answer(second, FaceDecision.RETRY, START)
    assert gates.asked("east", START) == second
    gates.answer(second, FaceDecision.PASS, START)
    assert gates.asked("east", START) is None
    gates.receive(topic, second.model_dump_json().encode())
    assert gates.asked("east", START) is None
    replies = [Reply.model_validate_json(payload) for _, payload in session.sent]
    assert [(one.id, one.status, one.detail) for one in replies] == [
        (second.id, "accepted", "retry"),
        (second.id, "done", "pass"),
    ]
    gates.receive(topic, request(seconds=1).model_dump_json().encode())
    assert gates.asked("east", START + timedelta(seconds=1)) is None


def test_a_request_says_what_was_shown() -> None:
    with pytest.raises(ValidationError, match="holder"):
        request(holder=None)
    assert request(holder=None, means="nothing").holder is None


def test_a_wrong_file_with_measured_rates_is_named(tmp_path: Path) -> None:
    (tmp_path / "rates.json").write_text('{"threshold": 1}')
    with pytest.raises(ConfigError, match=r"faces.measured: .*rates.json: .*bench faces"):
        read_measured(tmp_path / "rates.json")
    with pytest.raises(ConfigError, match="cannot be read"):
        read_measured(tmp_path / "none.json")
