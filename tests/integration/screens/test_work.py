"""What people do at the screens: log in, filter, look, approve and void, and what is refused."""

from datetime import datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from central.audit.tables import Look
from central.cases.tables import Case
from central.deadlines.service import deadlines_of
from tests.integration.screens.conftest import Complaints, LogIn, Site

pytestmark = pytest.mark.integration


def case_of(site: Site, plate: str) -> Case:
    with site.application.core.database.reader() as session:
        return session.scalars(select(Case).where(Case.plate == plate)).one()


def pictures_shown(page: Page) -> None:
    """All pictures of the case have been loaded by the browser."""
    page.wait_for_function(
        "(all => all.length > 1 && all.every(one => one.naturalWidth > 0))([...document.querySelectorAll('.pictures img')])"
    )


def grace_ends(site: Site, plate: str) -> datetime:
    case = case_of(site, plate)
    with site.application.core.database.reader() as session:
        return next(deadline.due_at for deadline in deadlines_of(session, case.id) if deadline.name == "grace")


def test_a_wrong_password_says_so_and_keeps_the_name(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/queue?lang=en")
    assert page.url == f"{site.url}/login?next=%2Fqueue"
    page.fill("input[name=name]", "wang")
    page.fill("input[name=password]", "not the password")
    page.keyboard.press("Enter")
    expect(page.locator("[role=alert]")).to_contain_text("User name or password is wrong")
    assert page.input_value("input[name=name]") == "wang"


def test_logging_out_ends_the_session(page: Page, site: Site, log_in: LogIn) -> None:
    log_in()
    page.click("text=Log out")
    page.wait_for_selector("input[name=password]")
    page.goto(f"{site.url}/nodes")
    assert "/login" in page.url


def test_filters_stand_in_the_address(page: Page, site: Site, log_in: LogIn) -> None:
    log_in()
    page.goto(f"{site.url}/queue")
    page.select_option("select[name=state]", "left_in_time")
    page.wait_for_url("**/queue?state=left_in_time")
    expect(page.locator("a.row")).to_have_count(1)
    page.fill("input[name=search]", "10001")
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue?search=10001&state=left_in_time")
    page.reload()
    expect(page.locator("a.row")).to_have_count(1)
    assert page.input_value("input[name=search]") == "10001"
    page.fill("input[name=search]", "nowhere")
    page.keyboard.press("Enter")
    expect(page.locator(".notice.empty")).to_contain_text("No case matches")


def test_every_figure_leads_to_its_cases(page: Page, site: Site, log_in: LogIn) -> None:
    log_in()
    page.goto(site.url)
    expect(page.locator(".figure.lead")).to_contain_text("(n =")
    figures = page.locator("a.figure[href^='/queue']")
    assert figures.count() > 8
    shown = {figures.nth(i).get_attribute("href"): figures.nth(i).locator(".value").inner_text() for i in range(figures.count())}
    for href, value in shown.items():
        if "%" in value or value == "0":
            continue
        page.goto(f"{site.url}{href}")
        expect(page.locator("a.row")).to_have_count(int(value))


def test_a_look_needs_a_reason_once_and_is_logged(page: Page, site: Site, log_in: LogIn) -> None:
    """LAW 16: who, unit, reason, content."""
    log_in("li", say_why=False)
    case = case_of(site, "浙A10001")
    page.goto(f"{site.url}/cases/{case.id}")
    page.wait_for_selector("text=Why do you look at evidence?")
    page.check("input[value=objection]")
    page.press("input[value=objection]", "Enter")
    page.wait_for_function("[...document.querySelectorAll('.pictures img')].some(picture => picture.naturalWidth > 0)")
    with site.application.core.database.reader() as session:
        looks = session.scalars(select(Look).where(Look.user_name == "li")).all()
    subjects = {look.subject.split("/")[0] for look in looks}
    assert subjects == {"case", "evidence"}
    assert {look.reason for look in looks} == {"Objection or statement of a driver"}
    assert {look.unit for look in looks} == {"城管三中队"}


def test_an_officer_may_look_but_not_decide_a_draft(page: Page, site: Site, log_in: LogIn) -> None:
    log_in("li")
    page.goto(f"{site.url}/cases/{case_of(site, '浙A10005').id}")
    page.wait_for_selector(".pictures")
    assert page.locator("[data-sheet='act:approve']").count() == 0


def test_a_viewer_sees_figures_but_no_cases(page: Page, site: Site, log_in: LogIn) -> None:
    log_in("guest", say_why=False)
    page.goto(f"{site.url}/queue")
    page.wait_for_selector("text=Your role may not open that page.")
    site.show_live()
    page.goto(f"{site.url}/live")
    page.press("input[name=choice]:checked", "Enter")
    page.wait_for_selector(".timers .timer")
    assert "浙A*****" in page.locator(".timers .plate").first.inner_text().replace("\n", "")
    assert "10006" not in page.inner_text("body")


def test_approving_takes_two_keystrokes(page: Page, site: Site, log_in: LogIn, complaints: Complaints) -> None:
    """LAW 6: a person decides, and before the decision nothing is called a ticket."""
    log_in()
    page.goto(f"{site.url}/cases/{case_of(site, '浙A10002').id}?state=todo")
    page.wait_for_selector("[data-sheet='act:approve']")
    text = page.inner_text("body").lower()
    assert "ticket" not in text
    assert page.locator(".checks .tone-alarm").count() == 0
    assert page.locator(".checks li").count() == 13
    pictures_shown(page)
    page.keyboard.press("a")
    expect(page.locator(".sheet")).to_contain_text("You have looked at the pictures of vehicle 浙A10002")
    page.keyboard.press("Enter")
    expect(page.locator(".head .badge")).to_contain_text("Entered, to be informed")
    case = case_of(site, "浙A10002")
    assert (case.state, case.reviewed_by) == ("entered", "wang")
    assert complaints == []


def test_voiding_takes_a_ground(page: Page, site: Site, log_in: LogIn, complaints: Complaints) -> None:
    log_in()
    page.goto(f"{site.url}/cases/{case_of(site, '浙A10003').id}?state=todo")
    page.wait_for_selector("[data-sheet='act:void']")
    page.keyboard.press("v")
    expect(page.locator(".sheet")).to_contain_text("ends without any penalty")
    page.keyboard.press("7")
    page.keyboard.press("Enter")
    expect(page.locator(".head .badge")).to_contain_text("Voided")
    case = case_of(site, "浙A10003")
    assert (case.state, case.void_ground) == ("voided", "wrong_plate")
    assert complaints == []


def test_nothing_is_voided_without_a_ground(page: Page, site: Site, log_in: LogIn, complaints: Complaints) -> None:
    log_in()
    page.goto(f"{site.url}/cases/{case_of(site, '浙A10006').id}")
    page.wait_for_selector("[data-sheet='act:void']")
    page.keyboard.press("v")
    page.wait_for_selector(".sheet h2")
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)
    expect(page.locator(".sheet h2")).to_be_visible()
    assert page.evaluate("document.querySelector('.sheet input[name=ground]').validity.valueMissing")
    assert case_of(site, "浙A10006").state == "grace"
    page.keyboard.press("Escape")
    assert complaints == []


def test_escape_leaves_the_case_as_it_is(page: Page, site: Site, log_in: LogIn) -> None:
    log_in()
    page.goto(f"{site.url}/cases/{case_of(site, '浙A10006').id}")
    page.wait_for_selector("[data-sheet='act:void']")
    page.keyboard.press("v")
    page.wait_for_selector(".sheet h2")
    page.keyboard.press("Escape")
    page.wait_for_selector(".sheet h2", state="hidden")
    page.keyboard.press("?")
    expect(page.locator(".keys")).to_contain_text("Approve")
    assert case_of(site, "浙A10006").state == "grace"


def test_live_timers_run_by_the_servers_clock(page: Page, site: Site, log_in: LogIn) -> None:
    log_in()
    site.show_live()
    page.goto(f"{site.url}/live")
    timer = page.locator(".timers time[data-since]").first
    expect(timer).to_contain_text("06:0")
    before = timer.inner_text()
    page.wait_for_timeout(2200)
    assert timer.inner_text() > before
    minutes, seconds = page.locator(".timers time[data-until]").first.inner_text().split(":")
    due_in = (grace_ends(site, "浙A10006") - site.application.core.clock.now()).total_seconds()
    assert int(minutes) * 60 + int(seconds) == pytest.approx(due_in, abs=3)
    expect(page.locator(".veil")).to_contain_text("Camera moved")
    assert page.locator("polygon.zone-line").count() == 1
    page.wait_for_function("document.querySelector('img[data-live]').naturalWidth > 0")


def test_a_lost_connection_is_said_and_greys_the_page(page: Page, site: Site, log_in: LogIn) -> None:
    log_in()
    page.goto(site.url)
    page.wait_for_selector(".figure.lead")
    assert page.locator(".bar.connection").is_hidden()
    page.evaluate("window.socket.io.engine.close(); window.socket.io.reconnection(false)")
    page.wait_for_selector(".bar.connection", state="visible", timeout=20_000)
    assert page.evaluate("document.documentElement.classList.contains('stale')")


def test_a_session_that_has_ended_leads_to_the_login(page: Page, site: Site, log_in: LogIn) -> None:
    log_in()
    page.goto(f"{site.url}/nodes")
    page.wait_for_selector("table.rows")
    token = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "yuhang_session")
    site.application.core.users.log_out(token)
    page.wait_for_url("**/login?next=%2Fnodes", timeout=12_000)
