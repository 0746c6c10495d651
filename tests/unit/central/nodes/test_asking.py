"""Commands that people give: with a reason, each look logged, what was brought forgotten after a day."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from central.audit.service import looks
from central.core import Core
from central.nodes.asking import KEPT, ResultFiles
from central.nodes.commands import record_reply
from central.nodes.service import find_node, record_health, samples
from central.users.roles import Role
from tests.unit.central.conftest import KnownNode
from yuhang.clock import ManualClock
from yuhang.messages import CameraDescription, CameraReport, Finding, Health, NodeDescription, Reply, ResultFile

URL = "/api/v1/nodes/yuhang/gate-1/commands"
PICTURE = b"\xff\xd8\xff picture"


@dataclass
class Desk:
    """An administrator before a node with one camera, which answers as it is told."""

    client: TestClient
    core: Core
    node: KnownNode
    token: str

    def ask(self, **wish: object) -> tuple[int, Any]:
        body = {"kind": "snapshot", "camera": "cam-1", "reason": "lens looks dirty", **wish}
        answer = self.client.post(URL, json=body, headers={"Authorization": f"Bearer {self.token}"})
        return answer.status_code, answer.json()

    def get(self, rest: str) -> Any:
        return self.client.get(URL + rest, headers={"Authorization": f"Bearer {self.token}"})

    def bring(self, command: str, content: bytes = PICTURE) -> int:
        headers = {"Authorization": f"Bearer {self.node.credential}"}
        return self.client.put(f"/api/v1/commands/{command}/result", content=content, headers=headers).status_code

    def answer(self, command: str, **more: Any) -> None:
        reply = Reply.model_validate({"id": command, "status": "done", "time": self.core.clock.now(), **more})
        with self.core.database.session() as session:
            assert record_reply(session, "yuhang", "gate-1", reply)

    def file(self, content: bytes = PICTURE) -> ResultFile:
        sha256 = hashlib.sha256(content).hexdigest()
        return ResultFile(sha256=sha256, size=len(content), media_type="image/jpeg", captured_at=self.core.clock.now())


@pytest.fixture
def desk(client: TestClient, core: Core, node: KnownNode, tokens: dict[Role, str]) -> Desk:
    with core.database.session() as session:
        row = find_node(session, "yuhang", "gate-1")
        row.status = "online"
        row.description = NodeDescription(
            cameras=(CameraDescription(camera="cam-1", name="Gate"),),
            models={},
            config_sha256="0" * 64,
            config_version=0,
            software="1",
            public_key=node.key.public_key,
            key_id=node.key.key_id,
        ).model_dump(mode="json")
    return Desk(client, core, node, tokens[Role.ADMINISTRATOR])


def test_a_picture_is_asked_for_brought_and_looked_at_and_both_looks_are_logged(desk: Desk) -> None:
    status, asked = desk.ask()
    assert status == 202
    command = asked["id"]
    assert desk.get(f"/{command}").json()["status"] == "waiting"
    assert desk.bring(command) == 204
    desk.answer(command, status="accepted")
    assert desk.get(f"/{command}/file?reason=lens").status_code == 404, "the node has not said what it brought"
    desk.answer(command, file=desk.file())
    shown = desk.get(f"/{command}/file?reason=lens")
    assert (shown.content, shown.headers["content-type"]) == (PICTURE, "image/jpeg")
    assert desk.get("").json()[0]["asked_by"] == "administrator"
    with desk.core.database.reader() as session:
        found = [(look.action, look.purpose, look.reason) for look in looks(session, subject="node/yuhang/gate-1/cam-1")]
    assert found == [("view", "administration", "lens"), ("live", "administration", "lens looks dirty")]


def test_a_file_that_is_not_what_the_node_said_is_not_shown(desk: Desk) -> None:
    command = desk.ask()[1]["id"]
    desk.bring(command, b"something else")
    desk.answer(command, file=desk.file())
    assert desk.get(f"/{command}/file?reason=lens").status_code == 404


def test_what_was_brought_is_gone_after_a_day(desk: Desk, clock: ManualClock) -> None:
    command = desk.ask()[1]["id"]
    desk.bring(command)
    desk.answer(command, file=desk.file())
    files = ResultFiles.of(desk.core)
    now = clock.now()
    os.utime(files.path(command), (now.timestamp(), now.timestamp()))
    assert files.forget_before(now + timedelta(hours=23) - KEPT) == 0
    assert files.forget_before(now + timedelta(hours=25) - KEPT) == 1
    assert desk.get(f"/{command}/file?reason=lens").status_code == 404


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"camera": "attic"}, 422),
        ({"camera": None}, 422),
        ({"kind": "explode"}, 422),
        ({"reason": ""}, 422),
        ({"seconds": 999}, 422),
    ],
)
def test_what_makes_no_sense_is_refused_before_it_is_sent(desk: Desk, wish: dict[str, object], status: int) -> None:
    assert desk.ask(**wish)[0] == status
    assert desk.get("").json() == []


def test_a_node_that_is_not_there_is_not_asked(desk: Desk) -> None:
    with desk.core.database.session() as session:
        find_node(session, "yuhang", "gate-1").status = "lost"
    status, problem = desk.ask()
    assert (status, "not online" in problem["detail"]) == (409, True)


def test_nobody_else_asks_looks_or_brings(desk: Desk, tokens: dict[Role, str]) -> None:
    command = desk.ask()[1]["id"]
    restart = desk.ask(kind="restart-camera")[1]["id"]
    assert desk.bring(restart) == 409, "this one brings no file"
    for role in set(Role) - {Role.ADMINISTRATOR}:
        desk.token = tokens[role]
        assert desk.ask()[0] == 403
        assert desk.get(f"/{command}/file?reason=lens").status_code == 403
    desk.node = KnownNode(desk.node.topics, "guess", desk.node.key)
    assert desk.bring(command) == 401


def test_a_self_test_is_kept_with_its_findings(desk: Desk) -> None:
    command = desk.ask(kind="self-test", camera=None)[1]["id"]
    desk.answer(command, findings=[Finding(part="disk", ok=False, detail="3 MiB free").model_dump()])
    assert desk.get(f"/{command}").json()["findings"] == [{"part": "disk", "ok": False, "detail": "3 MiB free"}]


def test_figures_are_kept_once_a_minute_for_a_day(core: Core, node: KnownNode, clock: ManualClock) -> None:
    begin = clock.now().replace(second=0, microsecond=0)
    report = CameraReport(camera="cam-1", state="failed", restarts=6)
    tell: Callable[[timedelta, float], None] = lambda after, outbox: _tell(core, begin + after, outbox, report)  # noqa: E731
    for seconds in range(0, 180, 10):
        tell(timedelta(seconds=seconds), float(seconds))
    with core.database.reader() as session:
        kept = samples(session, "yuhang", "gate-1", begin)
        assert [sample.values["outbox"] for sample in kept] == [0.0, 60.0, 120.0]
        assert find_node(session, "yuhang", "gate-1").camera_reports[0]["state"] == "failed"
    tell(timedelta(hours=25), 1.0)
    with core.database.reader() as session:
        assert len(samples(session, "yuhang", "gate-1", begin)) == 1


def _tell(core: Core, at: Any, outbox: float, report: CameraReport) -> None:
    with core.database.session() as session:
        record_health(
            session, find_node(session, "yuhang", "gate-1"), Health(time=at, values={"outbox": outbox}, cameras=(report,))
        )
