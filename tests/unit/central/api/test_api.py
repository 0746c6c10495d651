"""What holds for every address of the API: errors, limits, headers, health, nodes, live pictures, the document."""

import io
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from benchmarks.events import encoded_events
from central.api.limits import LARGEST_BODY
from central.commands import openapi_document
from central.core import Core
from central.events.dispatch import EventDispatcher
from central.ingest.sorting import Incoming, sort_messages
from central.ingest.storage import store_batch
from central.metrics import Metrics
from central.users.roles import Role
from tests.unit.central.conftest import KnownNode
from yuhang.clock import ManualClock
from yuhang.errors import StorageError

PROBLEM = "application/problem+json"
ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
def administrator(tokens: dict[Role, str]) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens[Role.ADMINISTRATOR]}"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/me", 401),
        ("GET", "/api/v1/nothing-here", 404),
        ("GET", "/api", 404),
        ("DELETE", "/api/v1/login", 404),
        ("POST", "/api/v1/login", 422),
    ],
)
def test_every_error_is_a_problem_document(client: TestClient, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    if path != "/api":
        assert answer.headers["content-type"] == PROBLEM
        assert answer.json()["status"] == status


def test_an_invalid_body_is_not_repeated_in_the_answer(client: TestClient) -> None:
    answer = client.post("/api/v1/login", json={"name": "x", "password": {"deep": "secret"}})
    assert answer.status_code == 422
    assert "secret" not in answer.text


def test_an_unexpected_error_tells_the_caller_nothing(
    client: TestClient, core: Core, administrator: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("inner secret")

    monkeypatch.setattr("central.users.service.UserService.people", crash)
    answer = client.get("/api/v1/users", headers=administrator)
    assert (answer.status_code, answer.headers["content-type"]) == (500, PROBLEM)
    assert "inner secret" not in answer.text


def test_a_database_that_is_away_is_503(
    client: TestClient, administrator: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise StorageError("password=hunter2 refused")

    monkeypatch.setattr("central.users.service.UserService.people", away)
    answer = client.get("/api/v1/users", headers=administrator)
    assert answer.status_code == 503
    assert "hunter2" not in answer.text


def test_bodies_have_a_limit_whether_or_not_their_length_is_announced(client: TestClient) -> None:
    assert client.post("/api/v1/login", content=b"x" * (LARGEST_BODY + 1)).status_code == 413
    pieces = (b"x" * 100_000 for _ in range(20))
    assert client.post("/api/v1/login", content=pieces).status_code == 413


def test_every_answer_has_protective_headers(client: TestClient) -> None:
    headers = client.get("/api/v1/me").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert headers["referrer-policy"] == "same-origin"


def test_health_says_what_does_not_work(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"database": True, "broker": False, "unknown_years": []})
    monkeypatch.setattr("yuhang.mqtt.session.MqttSession.connected", True)
    assert client.get("/healthz").status_code == 200


def test_metrics_are_there_for_prometheus(client: TestClient) -> None:
    assert "yuhang_events_total 0.0" in client.get("/metrics").text


def test_a_node_is_registered_over_http_and_its_gaps_show(
    client: TestClient, core: Core, node: KnownNode, clock: ManualClock, administrator: dict[str, str]
) -> None:
    created = client.post("/api/v1/nodes", json={"site": "yuhang", "node": "gate-9"}, headers=administrator)
    assert created.status_code == 201
    assert created.json()["credential"]
    events = [next(encoded_events(node.topics, 1, node.key, first=seq)) for seq in (1, 5)]
    with core.database.session() as session:
        store_batch(session, sort_messages(Incoming(event.topic, event.payload) for event in events), clock.now())
    worker = EventDispatcher(core.database, clock, {}, Metrics())
    worker.run_once()
    clock.advance(5)
    worker.run_once()
    shown = client.get("/api/v1/nodes/yuhang/gate-1", headers=administrator).json()
    assert shown["missing"] == [{"first": 2, "last": 4}]
    listed = client.get("/api/v1/events", params={"state": "handled"}, headers=administrator).json()
    assert {event["id"] for event in listed} == {event.id for event in events}


def test_a_disabled_node_and_a_renewed_credential_take_effect_at_once(
    client: TestClient, node: KnownNode, administrator: dict[str, str]
) -> None:
    path = "/api/v1/nodes/yuhang/gate-1"
    renewed = client.post(f"{path}/credential", headers=administrator).json()["credential"]
    old = {"Authorization": f"Bearer {node.credential}"}
    new = {"Authorization": f"Bearer {renewed}"}
    assert client.put("/api/v1/live/cam", content=picture(), headers=old).status_code == 401
    assert client.put("/api/v1/live/cam", content=picture(), headers=new).status_code == 204
    assert client.patch(path, json={"enabled": False}, headers=administrator).status_code == 204
    assert client.put("/api/v1/live/cam", content=picture(), headers=new).status_code == 401


def picture(size: tuple[int, int] = (640, 360)) -> bytes:
    output = io.BytesIO()
    Image.new("RGB", size, "grey").save(output, "JPEG")
    return output.getvalue()


def test_a_live_picture_comes_from_the_node_and_is_shown_to_people(
    client: TestClient, node: KnownNode, tokens: dict[Role, str]
) -> None:
    headers = {"Authorization": f"Bearer {node.credential}"}
    content = picture()
    assert client.put("/api/v1/live/north", content=content, headers=headers).status_code == 204
    url = "/api/v1/live/yuhang/gate-1/north.jpg"
    assert client.get(url).status_code == 401
    viewer = {"Authorization": f"Bearer {tokens[Role.VIEWER]}"}
    assert client.get(url, headers=viewer).content == content
    assert client.get("/api/v1/live/yuhang/gate-1/south.jpg", headers=viewer).status_code == 404
    [camera] = client.get("/api/v1/live", headers=viewer).json()
    assert (camera["camera"], camera["view"]) == ("north", None)


@pytest.mark.parametrize(("content", "status"), [(b"", 422), (b"GIF89a", 422), (b"x" * 1_100_000, 413)])
def test_what_is_no_small_jpeg_is_no_live_picture(client: TestClient, node: KnownNode, content: bytes, status: int) -> None:
    headers = {"Authorization": f"Bearer {node.credential}"}
    assert client.put("/api/v1/live/north", content=content, headers=headers).status_code == status


def test_the_openapi_document_in_docs_is_that_of_the_code() -> None:
    path = ROOT / "docs" / "api" / "openapi.json"
    assert path.read_text(encoding="utf-8") == openapi_document(), "run `yuhang central openapi`"
