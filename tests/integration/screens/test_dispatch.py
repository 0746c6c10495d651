"""The dispatcher's board, a task's page, a junction's and the crew's tablet in Chromium, in both languages and three sizes."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.integration.screens.conftest import Complaints, a_free_port
from tests.integration.screens.dispatching import ControlRoom, control_room, show
from tests.integration.screens.test_pages import LEFTOVER, assert_fits, words
from tests.integration.screens.town import PASSWORD
from yuhang.messages import EmergencyCall

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlRoom]:
    with control_room(tmp_path_factory.mktemp("dispatch"), a_free_port()) as running:
        yield running


def enter(page: Page, room: ControlRoom, name: str, language: str, to: str) -> None:
    page.goto(f"{room.url}/login?lang={language}&next={to}")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{room.url}{to}")


def hold_still(page: Page) -> None:
    """Pages that load themselves anew every two seconds do not do so while they are measured."""

    def answer(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=response.text().replace('http-equiv="refresh"', 'http-equiv="still"'))

    page.route(re.compile(r"/crew$|/dispatch/junctions/"), answer)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page(page: Page, room: ControlRoom, complaints: Complaints, language: str) -> None:
    hold_still(page)
    enter(page, room, "li", language, "/dispatch")
    pages = {
        "board": ("/dispatch", "svg.timespace"),
        "task": (f"/dispatch/{room.under_way}", "form"),
        "unplaced": (f"/dispatch/{room.unplaced}", "form"),
        "junction": ("/dispatch/junctions/j1", "table.rows"),
    }
    for name, (path, mark) in pages.items():
        page.goto(room.url + path)
        page.wait_for_selector(mark)
        assert_fits(page, name)
        assert not LEFTOVER.search(words(page)), (name, LEFTOVER.search(words(page)))
    page.context.clear_cookies()
    enter(page, room, "engine-1", language, "/crew")
    page.wait_for_selector(".turn")
    assert_fits(page, "crew")
    assert not LEFTOVER.search(words(page))
    assert complaints == []


def test_the_engine_moves_on_the_board(page: Page, room: ControlRoom) -> None:
    show(room, 520.0)
    enter(page, room, "li", "en", "/dispatch")
    engine = page.locator(".engine rect")
    expect(engine).to_be_visible()
    expect(page.locator(".lights")).to_contain_text("Green for the engine")
    expect(page.locator(".lights")).to_contain_text("Refused")
    before = float(engine.get_attribute("x") or 0)
    show(room, 900.0)
    expect(engine).not_to_have_attribute("x", f"{before:g}")
    assert float(engine.get_attribute("x") or 0) == pytest.approx(before + 380, abs=5)


def test_a_place_is_chosen_and_a_task_cancelled_in_words_and_one_confirm(page: Page, room: ControlRoom) -> None:
    enter(page, room, "li", "en", f"/dispatch/{room.unplaced}")
    page.get_by_role("button", name="This one 西溪小区3幢").click()
    expect(page.locator("h1")).to_contain_text("西溪小区3幢")
    expect(page.get_by_role("button", name="Send Wenyi engine 2")).to_be_visible()
    expect(page.locator("body")).to_contain_text("Every signal that is held for it is given back at once")
    page.keyboard.press("Alt+c")
    page.locator(".danger").locator("xpath=..").locator("input[name=reason]").fill("false alarm")
    page.locator(".danger").click()
    expect(page.locator("main")).to_contain_text("Cancelled")
    report = page.request.get(f"{room.url}/dispatch/{room.unplaced}/report.pdf")
    assert report.body().startswith(b"%PDF")
    page.goto(f"{room.url}/dispatch/{room.unplaced}")
    expect(page.locator(".danger")).to_have_count(0)


def test_one_key_on_the_board_gives_every_signal_back(page: Page, room: ControlRoom) -> None:
    """The last test here: it ends the task of the engine under way."""
    enter(page, room, "li", "en", "/dispatch")
    expect(page.locator(".calls button")).to_have_count(1)
    page.keyboard.press("c")
    sheet = page.locator("form.sheet")
    expect(sheet).to_contain_text("Every signal that is held for it is given back at once")
    expect(sheet).to_contain_text("文一西路969号")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator(".calls")).to_contain_text("Cancelled")
    expect(page.locator(".calls button")).to_have_count(0)
    with room.application.core.database.reader() as session:
        notes = room.dispatch.desk.escorts.notes(session, room.under_way)
    assert [(note.what, note.actor, note.reason) for note in notes][-1] == ("cancel", "li", "False alarm")


def test_the_crew_says_that_it_is_there(page: Page, room: ControlRoom) -> None:
    escorts, core = room.dispatch.desk.escorts, room.application.core
    with core.database.session() as session:
        call = EmergencyCall(reference="3", called_at=core.clock.now(), address="文一西路969号", engine="engine-1")
        task_id = escorts.take(session, "119-http", call, "119-http").task.id
    enter(page, room, "engine-1", "zh", "/crew")
    page.get_by_role("button", name="我已到场").click()
    expect(page.locator("main")).to_contain_text("已到场")
    with core.database.reader() as session:
        assert escorts.find(session, task_id).state == "arrived"
