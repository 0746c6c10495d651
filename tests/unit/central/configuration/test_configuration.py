"""Desired configuration: versions by people, told to the node once, what it makes of them, and what differs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient

from central.configuration.changes import ChangeKind, changes
from central.configuration.plan import NodePlan
from central.configuration.publisher import ConfigPublisher
from central.core import Core
from central.database import Database
from central.live.store import LiveStore
from central.nodes.listener import NodeListener
from central.users.roles import Role
from tests.unit.central.conftest import KnownNode, Published
from yuhang.clock import ManualClock
from yuhang.messages import CameraDescription, ConfigRefusal, DesiredConfig, NodeDescription, ZoneDescription
from yuhang.mqtt.session import MqttSession

URL = "/api/v1/nodes/yuhang/gate-1/config"
SQUARE = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]
CROSSED = [[0.1, 0.1], [0.9, 0.9], [0.9, 0.1], [0.1, 0.9]]
HASH = "0" * 64


def zone(name: str = "pavement", polygon: list[list[float]] = SQUARE, **detector: object) -> dict[str, Any]:
    return {"zone": name, "address": "330110-1", "polygon": polygon, "detector": {"kind": "parking", **detector}}


def plan(*zones: dict[str, Any], camera: str = "cam-1") -> dict[str, Any]:
    return {"cameras": [{"camera": camera, "zones": list(zones)}]}


@dataclass
class Talk:
    """An administrator, and the node that answers."""

    client: TestClient
    token: str
    node: KnownNode
    listener: NodeListener

    def get(self, rest: str = "") -> Any:
        answer = self.client.get(URL + rest, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def put(self, after: int, wanted: dict[str, Any], reason: str = "moved kerb", **more: object) -> tuple[int, Any]:
        body = {"after": after, "plan": wanted, "reason": reason, **more}
        answer = self.client.put(URL, json=body, headers=self.headers)
        return answer.status_code, answer.json()

    def describe(self, version: int = 0, refused: ConfigRefusal | None = None, sha256: str = HASH) -> None:
        zones = (
            ZoneDescription(zone="own", name="own", kind="parking", address="a", polygon=((0, 0), (1, 0), (1, 1)), sha256=HASH),
        )
        told = NodeDescription(
            cameras=(
                CameraDescription(camera="cam-1", name="cam-1", zones=zones),
                CameraDescription(camera="cam-2", name="cam-2"),
            ),
            models={},
            config_sha256=sha256,
            config_version=version,
            config_refused=refused,
            detectors=("falling_object", "parking"),
            software="1",
            public_key=self.node.key.public_key,
            key_id=self.node.key.key_id,
        )
        self.listener.receive(self.node.topics.describe, told.model_dump_json().encode())
        assert self.listener.run_once() == 1

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@pytest.fixture
def talk(
    client: TestClient,
    tokens: dict[Role, str],
    node: KnownNode,
    database: Database,
    session_without_broker: tuple[MqttSession, Published],
    clock: ManualClock,
) -> Talk:
    return Talk(client, tokens[Role.ADMINISTRATOR], node, NodeListener(database, session_without_broker[0], LiveStore(), clock))


def test_from_the_nodes_own_file_to_a_version_that_runs(talk: Talk) -> None:
    talk.describe()
    before = talk.get()
    assert (before["state"], before["wanted"], before["runs"], before["kinds"]) == ("own", None, 0, ["falling_object", "parking"])
    assert before["plan"]["cameras"][0]["zones"][0]["zone"] == "own"

    status, saved = talk.put(0, plan(zone()))
    assert (status, saved["version"], saved["saved_by"], saved["reason"]) == (201, 1, "administrator", "moved kerb")
    assert talk.get()["state"] == "waiting"
    talk.describe(1, sha256="5" * 64)
    now = talk.get()
    assert (now["state"], now["runs"], now["wanted"]["runs_sha256"]) == ("runs", 1, "5" * 64)
    assert now["plan"]["cameras"][0]["zones"][0]["zone"] == "pavement"


def test_a_refusal_is_shown_in_the_nodes_words_until_the_next_version(talk: Talk) -> None:
    talk.describe()
    _, saved = talk.put(0, plan(zone()))
    problems = ("version 1:7: cameras[0].zones[0].detector.warning_dwel_s: unknown key",)
    talk.describe(0, ConfigRefusal(version=1, sha256=saved["sha256"], problems=problems))
    refused = talk.get()
    assert (refused["state"], refused["problems"], refused["runs"]) == ("refused", list(problems), 0)
    talk.put(1, plan(zone(warning_dwell_s=30)))
    assert talk.get()["state"] == "waiting"


def test_whoever_was_slower_is_told_who_was_faster_and_nothing_is_lost(talk: Talk) -> None:
    talk.describe()
    talk.put(0, plan(zone()))
    status, problem = talk.put(0, plan(zone("other")))
    assert status == 409
    assert "version 1 was saved by administrator meanwhile" in problem["detail"]
    status, _ = talk.put(1, plan(zone()))
    assert status == 409, "nothing differs"
    assert [row["version"] for row in talk.get("/versions")] == [1]


def test_numbers_go_on_from_what_the_node_says_that_it_runs(talk: Talk) -> None:
    """Central was restored from a backup; the node has gone on."""
    talk.describe(7)
    assert talk.get()["state"] == "ahead"
    assert talk.put(0, plan(zone()))[1]["version"] == 8


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (plan(zone(polygon=CROSSED)), "camera cam-1, zone pavement: polygon: the outline crosses itself"),
        (plan(zone(queue={"lane": CROSSED})), "detector.queue.lane: the outline crosses itself"),
        (plan(zone(queue={"lane": 3})), "detector.queue.lane"),
        (plan(zone(), zone()), "zone pavement is there twice"),
        (plan(zone(), camera="attic"), "the node has no such camera; it has cam-1, cam-2"),
        (plan(zone(kind="ufo")), "the node knows falling_object, parking"),
        (plan(zone(polygon=[[0, 0], [1, 2], [1, 0]])), "polygon"),
        ({"cameras": [], "mqtt": {}}, "mqtt"),
    ],
)
def test_what_no_node_could_run_is_not_saved(talk: Talk, wanted: dict[str, Any], said: str) -> None:
    talk.describe()
    status, problem = talk.put(0, wanted)
    assert status == 422
    assert said in str(problem)
    assert talk.get("/versions") == []


def test_a_node_that_has_never_spoken_gets_no_zones(talk: Talk) -> None:
    status, problem = talk.put(0, plan(zone()))
    assert (status, "start it first" in problem["detail"]) == (409, True)


def test_only_an_administrator_sees_and_changes_zones(talk: Talk, tokens: dict[Role, str]) -> None:
    for role in set(Role) - {Role.ADMINISTRATOR}:
        talk.token = tokens[role]
        assert talk.put(0, plan(zone()))[0] == 403
        assert talk.client.get(URL, headers=talk.headers).status_code == 403


def test_the_node_is_told_of_the_latest_version_once_and_after_a_restart_of_central_again(
    talk: Talk, core: Core, monkeypatch: pytest.MonkeyPatch, clock: ManualClock
) -> None:
    told: list[tuple[str, DesiredConfig]] = []
    monkeypatch.setattr(
        MqttSession, "retain", lambda _self, topic, payload: told.append((topic, DesiredConfig.model_validate_json(payload)))
    )
    look: Callable[[], ConfigPublisher] = lambda: ConfigPublisher(core.database, core.mqtt, clock)  # noqa: E731
    publisher = look()
    talk.describe()
    talk.put(0, plan(zone()))
    talk.put(1, plan(zone(), zone("second")))
    for _ in range(3):
        publisher.run_once()
        clock.advance(2)
    assert [(topic, message.version) for topic, message in told] == [(talk.node.topics.config, 2)]
    assert told[0][1].document == talk.get("/versions/2")["document"]
    look().run_once()
    assert [message.version for _, message in told] == [2, 2]


def test_a_document_reads_back_as_the_plan_it_was_written_from() -> None:
    wanted = NodePlan.model_validate(plan(zone(queue={"lane": SQUARE, "min_vehicles": 4}), {**zone("b"), "name": "东门: 人行道"}))
    assert NodePlan.read(wanted.document()) == wanted


def test_what_differs_is_named_zone_by_zone() -> None:
    before = NodePlan.model_validate(plan(zone(), zone("gone"), zone("same")))
    after = NodePlan.model_validate(plan(zone(polygon=SQUARE[:3], warning_dwell_s=30), zone("new"), zone("same")))
    found = [(one.zone, one.kind, one.key, one.before, one.after) for one in changes(before, after)]
    assert found == [
        ("gone", ChangeKind.REMOVED, "", None, None),
        ("new", ChangeKind.ADDED, "", None, None),
        ("pavement", ChangeKind.OUTLINE, "", None, None),
        ("pavement", ChangeKind.SETTING, "detector.warning_dwell_s", None, 30),
    ]
    assert changes(after, after) == ()
