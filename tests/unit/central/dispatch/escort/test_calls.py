"""Calls from everywhere: one task each, nothing lost, a clear word for what cannot be read."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from central.core import Core
from central.dispatch.escort.feature import Dispatch
from central.dispatch.escort.intake.folder import CallFolder
from central.dispatch.escort.intake.mqtt import CallListener
from central.dispatch.escort.tables import EscortTask
from central.ingest.tables import DeadLetter
from central.users.roles import Role
from yuhang.messages import SmokeAlarm, SmokeAlarmEvent
from yuhang.topics import NodeTopics

SECRET = {"X-Call-Secret": "open sesame"}


def call(**other: object) -> dict[str, Any]:
    return {"reference": "2026-119-1", "called_at": "2026-06-01T00:59:30Z", "what": "smoke", "address": "文一西路969号"} | other


def tasks(core: Core) -> list[EscortTask]:
    with core.database.reader() as session:
        return list(session.scalars(select(EscortTask).order_by(EscortTask.id)))


def worker(dispatch: Dispatch, kind: type[Any]) -> Any:
    return next(one for one in dispatch.feature.workers if isinstance(one, kind))


def test_over_http_once(web: TestClient, site: Core) -> None:
    first = web.post("/api/v1/escorts/calls", json=call(), headers=SECRET)
    again = web.post("/api/v1/escorts/calls", json=call(what="again"), headers=SECRET)
    assert (first.status_code, first.json()["new"], first.json()["place"]) == (200, True, "文一西路969号")
    assert (again.json()["id"], again.json()["new"]) == (first.json()["id"], False)
    assert [task.what for task in tasks(site)] == ["smoke"]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (call(address=""), "address or a position"),
        (call(kind="taxi"), "kind"),
        (call(latitude=30.0), "come together"),
        (call(called_at="yesterday"), "called_at"),
        (call(caller="Wang"), "caller"),
    ],
)
def test_a_bad_call_says_what_is_wrong(web: TestClient, body: dict[str, object], place: str) -> None:
    answer = web.post("/api/v1/escorts/calls", json=body, headers=SECRET)
    assert answer.status_code == 422
    assert place in answer.text


def test_without_the_secret(web: TestClient, site: Core) -> None:
    assert web.post("/api/v1/escorts/calls", json=call()).status_code == 401
    assert tasks(site) == []


def test_a_position_in_another_datum(web: TestClient, site: Core) -> None:
    web.post("/api/v1/escorts/calls", json=call(address="", latitude=30.27, longitude=120.0, datum="gcj02"), headers=SECRET)
    (task,) = tasks(site)
    assert task.longitude == pytest.approx(119.9953, abs=0.001)


def test_an_engine_that_nobody_knows_does_not_lose_the_call(web: TestClient, site: Core, dispatch: Dispatch) -> None:
    answer = web.post("/api/v1/escorts/calls", json=call(engine="ladder-9"), headers=SECRET)
    assert answer.status_code == 200
    (task,) = tasks(site)
    assert (task.state, task.engine) == ("open", "")
    with site.database.reader() as session:
        assert "ladder-9" in [note.reason for note in dispatch.desk.escorts.notes(session, task.id)][-1]


def test_the_engine_that_the_brigade_has_sent(web: TestClient, site: Core) -> None:
    web.post("/api/v1/escorts/calls", json=call(engine="engine-2"), headers=SECRET)
    (task,) = tasks(site)
    assert (task.state, task.engine, task.consent) == ("under_way", "engine-2", "asked")


def test_files(site: Core, dispatch: Dispatch, tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    (folder / "1.json").write_text(json.dumps(call()), encoding="utf-8")
    (folder / "2.json").write_text('{"reference": "x"', encoding="utf-8")
    (folder / "3.json").write_text(json.dumps(call()), encoding="utf-8")
    assert worker(dispatch, CallFolder).run_once() == 3
    assert worker(dispatch, CallFolder).run_once() == 0
    assert len(tasks(site)) == 1
    assert sorted(path.name for path in (folder / "taken").iterdir()) == ["1.json", "3.json"]
    assert (folder / "refused" / "2.json").exists()
    assert "2.json" in (folder / "refused" / "2.reason.txt").read_text(encoding="utf-8")


def test_mqtt(site: Core, dispatch: Dispatch) -> None:
    listener, topic = worker(dispatch, CallListener), NodeTopics("yuhang", "desk-119").call
    for payload in (json.dumps(call()).encode(), b"\xff\xfe", json.dumps(call()).encode()):
        listener.receive(topic, payload)
    assert [listener.run_once() for _ in range(4)] == [1, 1, 1, 0]
    assert len(tasks(site)) == 1
    with site.database.reader() as session:
        (letter,) = session.scalars(select(DeadLetter)).all()
    assert (letter.topic, letter.payload) == (topic, b"\xff\xfe")


def test_a_smoke_alarm(site: Core, dispatch: Dispatch) -> None:
    alarm = SmokeAlarmEvent(
        id="01JXYZ0000000000000000000A",
        source="yuhang/v1/yuhang/gate-1",
        subject="xixi-3",
        time=site.clock.now(),
        seq=1,
        data=SmokeAlarm(sensor="stairs-2", place="西溪小区3幢"),
    )
    for _ in range(2):
        with site.database.session() as session:
            dispatch.feature.event_handlers["smoke.alarm.v1"](session, alarm)
    (task,) = tasks(site)
    assert (task.source, task.kind, task.place) == ("alarm", "fire", "西溪小区3幢")


def test_an_unknown_address_waits_for_a_person(web: TestClient, site: Core, tokens: dict[Role, str]) -> None:
    dispatcher = {"Authorization": f"Bearer {tokens[Role.DISPATCHER]}"}
    task_id = web.post("/api/v1/escorts", json=call(address="文一路969号"), headers=dispatcher).json()["id"]
    at = f"/api/v1/escorts/{task_id}"
    assert web.post(f"{at}/assign", json={"engine": "engine-1"}, headers=dispatcher).status_code == 409
    assert web.get(f"{at}/engines", headers=dispatcher).status_code == 409
    (offered,) = web.get(f"{at}/places", headers=dispatcher).json()
    assert offered["name"] == "文一西路969号"
    assert web.post(f"{at}/place", json={"name": "文一西路"}, headers=dispatcher).status_code == 422
    assert web.post(f"{at}/place", json={"name": offered["name"]}, headers=dispatcher).json()["place"] == "文一西路969号"
    assert web.post(f"{at}/assign", json={"engine": "engine-1"}, headers=dispatcher).json()["state"] == "under_way"
