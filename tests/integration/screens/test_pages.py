"""Every page in a real browser: both languages, three sizes, no complaint, nothing beyond the edge, no leftovers."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.integration.screens.conftest import Complaints, LogIn, Site

pytestmark = pytest.mark.integration

SIZES = ((1920, 1080), (1366, 768), (390, 844))
PAGES = {
    "start": ("/", ".figure.lead"),
    "todo": ("/queue?state=todo", "table.rows"),
    "all": ("/queue", "table.rows"),
    "nothing": ("/queue?search=nowhere", ".notice.empty"),
    "live": ("/live", ".timers .timer"),
    "nodes": ("/nodes", "table.rows"),
    "alarms": ("/alarms?state=all", "table.rows"),
    "phone": ("/phone", ".people"),
    "gone": ("/cases/none", ".notice.empty"),
}
SUPERVISOR = {
    "supervision": ("/supervision", ".plot svg"),
    "no-cases": ("/supervision?since=2020-01-01&until=2020-01-02", ".notice.empty"),
}
ADMINISTRATOR = {
    "administration": ("/administration", ".figures"),
    "authorities": ("/administration/authorities", "table.rows"),
    "authority": ("/administration/authorities/urban_management", "fieldset"),
    "holidays": ("/administration/holidays", "table.rows"),
    "cameras": ("/administration/cameras", "table.rows"),
    "papers": ("/administration/cameras/yuhang/n1/cam-1", "fieldset"),
    "zones": ("/administration/zones/yuhang/n1", ".zone-list button"),
    "node": ("/administration/nodes/yuhang/n1", ".node-facts"),
    "people": ("/administration/people", "table.rows"),
    "holds": ("/administration/holds", "form.office"),
    "looks": ("/administration/looks", "form.filters"),
}
LEFTOVER = re.compile(r"\b[a-z_]+\.[a-z_]+\.[a-z_]+\b|\bNone\b|\{[a-z_]+\}|undefined")
HAN = re.compile(r"[\u3400-\u9fff]")


def assert_fits(page: Page, name: str) -> None:
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        beyond = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert beyond <= 0, (name, width)


def words(page: Page) -> str:
    return page.inner_text("body")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page(page: Page, site: Site, log_in: LogIn, complaints: Complaints, language: str) -> None:
    log_in(language=language)
    for name, (path, mark) in PAGES.items():
        site.show_live()
        page.goto(site.url + path)
        page.wait_for_selector(mark)
        assert_fits(page, name)
        assert not LEFTOVER.search(words(page)), (name, LEFTOVER.search(words(page)))
        assert page.evaluate("document.documentElement.lang") == {"zh": "zh-CN", "en": "en"}[language]
    assert complaints == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_case_and_a_thread(page: Page, site: Site, log_in: LogIn, complaints: Complaints, language: str) -> None:
    log_in(language=language)
    page.goto(f"{site.url}/queue?state=todo")
    page.click("a.row")
    page.wait_for_selector(".pictures")
    assert_fits(page, "case")
    assert not LEFTOVER.search(words(page))
    page.goto(f"{site.url}/phone")
    page.click(".people a")
    page.wait_for_selector(".bubble")
    assert_fits(page, "thread")
    assert complaints == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_alarm_is_looked_at(page: Page, site: Site, log_in: LogIn, complaints: Complaints, language: str) -> None:
    log_in(language=language)
    page.goto(f"{site.url}/alarms?state=all")
    page.click("table.rows a")
    page.wait_for_selector(".alarm-pictures img")
    page.wait_for_function("[...document.querySelectorAll('.alarm-pictures img')].every(one => one.complete && one.naturalWidth)")
    assert_fits(page, "alarm")
    assert not LEFTOVER.search(words(page))
    page.fill("input[name=reason]", "it is a stall" if language == "en" else "有摊位")
    page.click("form.office button >> nth=1" if language == "zh" else "form.office button >> nth=0")
    page.wait_for_selector(".said")
    page.goto(f"{site.url}/alarms?state=all")
    page.wait_for_selector("table.rows")
    assert complaints == []


def test_on_a_phone_the_cases_come_before_the_filters(page: Page, site: Site, log_in: LogIn) -> None:
    log_in()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site.url}/queue?state=todo")
    page.wait_for_selector("table.rows")
    zone = page.locator("select[name=zone]")
    expect(zone).to_be_hidden()
    page.click("label.fold")
    expect(zone).to_be_visible()
    page.set_viewport_size({"width": 1366, "height": 768})
    expect(page.locator("label.fold")).to_be_hidden()


def test_the_english_pages_hold_no_chinese_but_names(page: Page, site: Site, log_in: LogIn) -> None:
    log_in()
    names = ("中文", "王晓明", "东门人行道", "东门", "西门", "浙", "余", "消防车")
    for path, mark in (("/", ".figure.lead"), ("/queue", "table.rows"), ("/nodes", "table.rows")):
        page.goto(site.url + path)
        page.wait_for_selector(mark)
        text = words(page)
        for name in names:
            text = text.replace(name, "")
        assert HAN.findall(text) == [], path


def test_nothing_comes_from_elsewhere(page: Page, site: Site, log_in: LogIn) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    log_in()
    site.show_live()
    page.goto(f"{site.url}/live")
    page.wait_for_selector(".timers .timer")
    assert len(asked) > 5
    assert [url for url in asked if not url.startswith((site.url, "data:", "blob:"))] == []


def test_the_phone_page_needs_no_script(page: Page, site: Site, log_in: LogIn) -> None:
    log_in()
    page.route("**/*.js", lambda route: route.abort())
    page.goto(f"{site.url}/phone")
    assert page.query_selector("script") is None
    numbers = page.locator(".people strong").all_inner_texts()
    assert numbers
    assert all(re.fullmatch(r"138\*{4}\d{4}", number) for number in numbers)
