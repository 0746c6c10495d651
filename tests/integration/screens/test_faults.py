"""What the screens do when something is wrong: they say so, show nothing old, and go on by themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import pytest
from nicegui import Client
from playwright.sync_api import Page, expect

from central.database import Database
from tests.integration.screens.conftest import LogIn, Site
from yuhang.errors import StorageError

pytestmark = pytest.mark.integration


@contextmanager
def database_away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def refuse(*_: Any) -> NoReturn:
        raise StorageError("the database does not answer")

    with monkeypatch.context() as patch:
        patch.setattr(Database, "reader", refuse)
        patch.setattr(Database, "session", refuse)
        yield


def test_a_database_that_is_away_is_said_and_comes_back(
    page: Page, site: Site, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in(say_why=False)
    page.goto(f"{site.url}/nodes")
    page.wait_for_selector("table.rows")
    with database_away(monkeypatch):
        expect(page.locator("[role=alert] h3")).to_have_text("The data could not be read.", timeout=12_000)
        assert page.locator("table.rows").is_hidden()
        for path in ("/nodes", "/phone", "/queue"):
            other = page.context.new_page()
            answer = other.goto(site.url + path)
            assert answer is not None
            assert answer.status == 500
            assert "Something went wrong on the server" in other.inner_text("body")
            assert "Traceback" not in other.content()
            other.close()
    page.wait_for_selector("table.rows", state="visible")


def test_an_address_that_leads_nowhere_says_so(page: Page, site: Site, log_in: LogIn) -> None:
    log_in(say_why=False)
    answer = page.goto(f"{site.url}/no/such/page")
    assert answer is not None
    assert answer.status == 404
    expect(page.locator("h1")).to_have_text("This does not exist.")


@pytest.mark.slow
def test_a_closed_tab_leaves_nothing_running(page: Page, site: Site, log_in: LogIn) -> None:
    log_in(say_why=False)
    before = set(Client.instances)
    other = page.context.new_page()
    other.goto(f"{site.url}/nodes")
    other.wait_for_selector("table.rows")
    open_clients = set(Client.instances) - before
    assert open_clients
    other.close()
    for _ in range(40):
        page.wait_for_timeout(1000)
        if not open_clients & set(Client.instances):
            return
    pytest.fail("the page's client is still there after 40 s")
