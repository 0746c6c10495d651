"""Where people come in: addresses to go on to, the change of language, files that a browser may keep."""

import asyncio
from typing import Any

import pytest

from central.screens.assets import Assets
from central.screens.switch import LanguageSwitch
from central.screens.visitor import cookie_text, safe_next


@pytest.mark.parametrize(
    "wish",
    [None, "", "queue", "https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "/a\r\nSet-Cookie: b"],
)
def test_nobody_is_sent_to_another_site(wish: str | None) -> None:
    assert safe_next(wish) == "/"


def test_an_address_of_this_site_is_kept() -> None:
    assert safe_next("/queue?state=draft&page=2") == "/queue?state=draft&page=2"


def test_a_reason_in_chinese_fits_into_a_cookie() -> None:
    assert cookie_text("执法监督; x").isascii()
    assert ";" not in cookie_text("执法监督; x")


def answer(path: str, query: str, method: str = "GET") -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []

    async def page(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "page"})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode(), "headers": []}
    asyncio.run(LanguageSwitch(page)(scope, receive, send))
    return sent


def test_a_language_in_the_address_becomes_a_cookie() -> None:
    start = answer("/queue", "state=draft&lang=en")[0]
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    assert (start["status"], headers["location"]) == (303, "/queue?state=draft")
    assert headers["set-cookie"].startswith("yuhang_language=en;")


@pytest.mark.parametrize(
    ("path", "query", "method"),
    [("/queue", "lang=fr", "GET"), ("/queue", "", "GET"), ("/login", "lang=en", "POST"), ("/api/v1/cases", "lang=en", "GET")],
)
def test_everything_else_passes(path: str, query: str, method: str) -> None:
    assert answer(path, query, method) == [{"type": "page"}]


def test_a_redirect_never_leaves_this_site() -> None:
    start = answer("//elsewhere.example/x", "lang=en")[0]
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    assert headers["location"] == "/elsewhere.example/x"


def test_assets_are_named_by_their_content() -> None:
    assets = Assets.load()
    assert assets.style.url != assets.script.url
    assert assets.style.url == Assets.load().style.url
    assert "://" not in assets.script.content
