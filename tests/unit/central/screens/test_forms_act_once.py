"""Every form that acts comes from central's own pages and is carried out once: asked of every route and template."""

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import anyio
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

import central.screens
from central.api.access import SESSION_COOKIE
from central.app import make_app
from central.core import Core
from central.errors import Conflict
from central.features import features
from central.screens.once import Once
from central.users.roles import Role
from tests.unit.central.conftest import PASSWORD
from yuhang.clock import ManualClock

SCREENS = Path(central.screens.__file__).parent
OPENING = re.compile(r'<form\b[^>]*method="post"[^>]*>(.{0,40})')
OWN_TOKENS = ("/c/",)  # the public page has no login: its forms carry tokens and receipts of their own
PEOPLE = "/administration/people"
NEW = {"name": "zhao", "password": PASSWORD, "role": "officer", "form": "a-name-of-its-own"}


@pytest.fixture
def site(core: Core, tokens: dict[Role, str]) -> Iterator[TestClient]:
    with TestClient(make_app(core, features(core)), raise_server_exceptions=False, follow_redirects=False) as client:
        client.cookies.set(SESSION_COOKIE, tokens[Role.ADMINISTRATOR])
        client.headers["sec-fetch-site"] = "same-origin"
        yield client


def test_every_form_of_every_page_has_a_name_of_its_own() -> None:
    found = [
        (path.name, match[1])
        for path in (*SCREENS.rglob("*.html"), *SCREENS.rglob("*.py"))
        for match in OPENING.finditer(path.read_text(encoding="utf-8"))
    ]
    assert len(found) > 30
    assert [name for name, after in found if not after.startswith(("{{ form_name() }}", "{}"))] == []


def all_routes(routes: Iterable[BaseRoute]) -> Iterator[Route]:
    """Every route of an application, those of the routers in it included."""
    for route in routes:
        if isinstance(route, Route):
            yield route
        elif (inner := getattr(route, "original_router", None)) is not None:
            yield from all_routes(inner.routes)


def test_no_form_of_another_site_acts_on_any_route(site: TestClient) -> None:
    app = site.app
    assert isinstance(app, FastAPI)
    routes = [(route.path, method) for route in all_routes(app.routes) for method in route.methods or ()]
    acting = [(path, method) for path, method in routes if method not in {"GET", "HEAD", "OPTIONS"}]
    pages = [(path, method) for path, method in acting if not path.startswith(("/api/", *OWN_TOKENS))]
    assert len(pages) > 25
    for path, method in pages:
        address = re.sub(r"\{[^}]*\}", "x", path)
        answer = site.request(method, address, headers={"sec-fetch-site": "cross-site", "origin": "https://elsewhere.example"})
        assert answer.status_code == 403, (method, path, answer.status_code)


def test_a_form_sent_twice_is_one_act_and_gets_the_same_answer(site: TestClient) -> None:
    first, second = site.post(PEOPLE, data=NEW), site.post(PEOPLE, data=NEW)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == second.headers["location"]
    assert site.post(PEOPLE, data=NEW | {"unit": "another"}).status_code == 409, "other content is another act"
    assert site.post(PEOPLE, data=NEW | {"form": "the page loaded anew"}).status_code == 409


def test_a_refused_form_may_be_sent_again(site: TestClient) -> None:
    assert site.post(PEOPLE, data=NEW | {"role": "king"}).status_code == 422
    assert site.post(PEOPLE, data=NEW | {"role": "king"}).status_code == 422
    assert site.post(PEOPLE, data=NEW).status_code == 303


def test_a_form_with_a_file_is_known_again_however_the_browser_packs_it(site: TestClient) -> None:
    url, content = "/administration/cameras/import", "cameras:\n- {site: yuhang, node: n1, camera: cam-1, purpose: parking}\n"
    answers = [
        site.post(url, files={"file": ("c.yaml", content)}, data={"reason": "put into service", "form": "one"}) for _ in range(2)
    ]
    assert [answer.headers["location"] for answer in answers] == ["/administration/cameras?changed=1"] * 2


def request(name: str) -> Request:
    body = f"form={name}&reason=x".encode()

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", b"application/x-www-form-urlencoded"), (b"sec-fetch-site", b"same-origin")]
    return Request({"type": "http", "method": "POST", "path": "/x", "query_string": b"", "headers": headers}, receive)  # type: ignore[arg-type]


def test_two_touches_at_once_are_one_act_and_a_killed_worker_blocks_nobody(
    core: Core, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    once, acts = Once(core.database, clock), []

    async def slow(_request: Request) -> Response:
        await anyio.sleep(0.2)
        acts.append(1)
        return RedirectResponse("/done", status_code=303)

    async def twice() -> list[str]:
        answers: list[str] = []

        async def touch() -> None:
            answers.append((await once.answer(request("same"), slow)).headers["location"])

        async with anyio.create_task_group() as group:
            group.start_soon(touch)
            group.start_soon(touch)
        return answers

    assert anyio.run(twice) == ["/done", "/done"]
    assert len(acts) == 1

    async def killed(_request: Request) -> Response:
        raise RuntimeError("killed")

    monkeypatch.setattr(Once, "_end", lambda *_: None)  # the process is gone before it can put anything down
    with pytest.raises(RuntimeError, match="killed"):
        anyio.run(once.answer, request("killed"), killed)
    monkeypatch.undo()
    monkeypatch.setattr("central.screens.once._WAIT_S", 0.2)
    with pytest.raises(Conflict):
        anyio.run(once.answer, request("killed"), slow)
    clock.advance(timedelta(minutes=2).total_seconds())
    assert anyio.run(once.answer, request("killed"), slow).headers["location"] == "/done"
