"""A reviewer's and an officer's day at the desk, by clicking only; and no approval by the dozen."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from central.audit.tables import Look
from central.cases.tables import Case
from central.users.roles import Role
from tests.integration.screens.conftest import Complaints, LogIn, Site
from tests.integration.screens.desk import case_of, confirm, do, open_case, open_sheet, stands_at
from tests.integration.screens.pictures import street_picture
from tests.integration.screens.test_pages import LEFTOVER, assert_fits, words
from tests.integration.screens.town import PASSWORD

pytestmark = pytest.mark.integration

SERVED = {"service__way": "post", "service__proof": "EMS-1"}


def test_cases_are_never_approved_by_the_dozen(page: Page, site: Site, log_in: LogIn) -> None:
    """Issue of every reviewer's day: each case is opened, its pictures are shown, and it is confirmed by itself."""
    site.application.core.users.add("hurry", PASSWORD, Role.REVIEWER)
    with site.application.core.database.reader() as session:
        drafts = session.scalars(select(Case).where(Case.state.in_(["draft", "second_review"]))).all()
    assert len(drafts) > 1
    log_in("hurry")
    rest = {"Origin": site.url}

    def approve(case: Case) -> int:
        trigger = "approve" if case.state == "draft" else "confirm"
        body = {"trigger": trigger, "reason": "all fine", "version": case.version}
        return page.request.post(f"{site.url}/api/v1/cases/{case.id}/acts", data=body, headers=rest).status

    # the list offers nothing to approve with, by mouse or by key
    page.goto(f"{site.url}/queue?task=review")
    page.wait_for_selector("a.row")
    assert page.locator("[data-sheet], table.rows input").count() == 0
    page.keyboard.press("Control+a")
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    # no REST path takes several
    ids = [case.id for case in drafts]
    for path, body in (
        (f"/api/v1/cases/{','.join(ids)}/acts", {"trigger": "approve", "reason": "all"}),
        ("/api/v1/cases/acts", {"trigger": "approve", "reason": "all", "cases": ids}),
        (f"/api/v1/cases/{ids[0]}/acts", [{"trigger": "approve", "reason": "all"}]),
        (f"/api/v1/cases/{ids[0]}/acts", {"trigger": "approve", "reason": "all", "cases": ids}),
    ):
        assert page.request.post(site.url + path, data=body, headers=rest).status in {404, 405, 422}
    # one after the other without looking: refused each time
    assert {approve(case) for case in drafts} == {409}
    # whoever has opened one has opened that one only
    one, *others = drafts
    open_case(page, site, one.plate or "")
    assert {approve(case) for case in others} <= {409}
    with site.application.core.database.reader() as session:
        states = {case.id: case.state for case in session.scalars(select(Case).where(Case.id.in_(ids)))}
    assert states == {case.id: case.state for case in drafts}


@pytest.mark.parametrize(("language", "plate"), [("zh", "浙A10011"), ("en", "浙A10012")])
def test_a_whole_case_from_the_draft_to_its_end(
    page: Page, site: Site, log_in: LogIn, complaints: Complaints, language: str, plate: str
) -> None:
    """LAW 6-13: approved, informed, heard, answered, decided, served, paid, closed."""
    log_in("wang", language=language)
    open_case(page, site, plate)
    do(page, "act:approve")
    stands_at(page, site, plate, "entered")
    expect(page.locator(".decision section").first.locator("[data-sheet='paper:informing']")).to_be_visible()  # what comes next
    page.click("details[data-keep=not-possible] summary")
    first = {"zh": "请先制作", "en": "issue it first"}[language]
    expect(page.locator("details[data-keep=not-possible]")).to_contain_text(first)  # the paper on which informing rests

    log_in("li", language=language)
    open_case(page, site, plate)
    do(page, "paper:informing", party__name="周某")
    expect(page.locator(".papers li")).to_have_count(1)
    do(page, "act:inform", **SERVED)
    stands_at(page, site, plate, "informed")
    do(page, "act:state", statement="我在卸货, I was unloading", reason="came to the counter")
    stands_at(page, site, plate, "objected")

    log_in("wang", language=language)
    open_case(page, site, plate)
    expect(page.locator(".statements")).to_contain_text("我在卸货")
    do(page, "act:dismiss", reason="no loading is allowed there")
    stands_at(page, site, plate, "informed")
    sheet = open_sheet(page, "act:decide")
    assert sheet.locator("[name=amount]").input_value() == "150"
    confirm(page, sheet, statement="nothing new", reason="facts are clear")
    stands_at(page, site, plate, "decided")
    do(page, "paper:decision", party__name="周某")
    do(page, "paper:service_receipt", way="邮寄")
    expect(page.locator(".papers li")).to_have_count(3)
    sheet = open_sheet(page, "act:serve")
    assert sheet.locator("[name='service.proof']").input_value() != ""  # the receipt that was issued
    confirm(page, sheet, service__way="post")
    stands_at(page, site, plate, "served")
    do(page, "payment", reference=f"BANK-{plate}")
    stands_at(page, site, plate, "paid")
    assert not LEFTOVER.search(words(page)), LEFTOVER.search(words(page))
    assert_fits(page, "paid case")
    assert complaints == []
    papers_can_be_looked_at(page, site, plate)

    with site.days_later(75, case_of(site, plate).id):  # sixty days, and on to a working day
        open_case(page, site, plate)
        stands_at(page, site, plate, "closed")


def papers_can_be_looked_at(page: Page, site: Site, plate: str) -> None:
    """LAW 16: each paper is shown and taken along; both are looks, by kind and number."""
    for link in page.locator(".papers a").all():
        answer = page.request.get(f"{site.url}{link.get_attribute('href')}")
        assert (answer.status, answer.body()[:5]) == (200, b"%PDF-")
    with site.application.core.database.reader() as session:
        found = session.scalars(select(Look).where(Look.action == "paper")).all()
    assert {look.content.rsplit(", ")[-1] for look in found} == {"looked at", "taken along"}
    open_case(page, site, plate)
    page.click("details[data-keep=looks] summary")
    expect(page.locator("details[data-keep=looks]")).to_contain_text("王晓明")


UPHELD = {
    "zh": ("浙A10013", "车牌被套用", "不予处罚", "号牌被套用", "本案已办结"),
    "en": ("浙A10003", "The plate was cloned", "without any penalty", "plate cloned", "This case is closed"),
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_objection_that_is_right_ends_without_a_penalty(
    page: Page, site: Site, log_in: LogIn, complaints: Complaints, language: str
) -> None:
    """LAW 10: the record is removed."""
    plate, statement, happens, ground, ended = UPHELD[language]
    log_in("wang", language=language)
    open_case(page, site, plate)
    do(page, "act:approve")
    do(page, "act:object", statement=statement)
    stands_at(page, site, plate, "objected")
    expect(page.locator("main")).to_contain_text("王晓明")  # who wrote the statement down, by name
    sheet = open_sheet(page, "act:uphold")
    expect(sheet).to_contain_text(happens)
    expect(sheet).to_contain_text("PROC 22")
    confirm(page, sheet, ground="stolen_or_cloned", reason="police")
    stands_at(page, site, plate, "removing")
    do(page, "act:remove", reason="removed")
    stands_at(page, site, plate, "voided")
    expect(page.locator(".timeline")).to_contain_text(ground)
    expect(page.locator(".decision")).to_contain_text(ended)
    assert page.locator(".decision [data-sheet^='act:']").count() == 0
    assert complaints == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_second_reviewer_is_somebody_else_and_chooses_first(
    page: Page, site: Site, log_in: LogIn, complaints: Complaints, language: str
) -> None:
    """LAW 4: two people; the second is not led by the first one's words."""
    plate, said = {"zh": "浙A10014", "en": "浙A10015"}[language], "clear to me"
    log_in("wang", language=language)
    open_case(page, site, plate)
    do(page, "act:approve", reason=said)
    stands_at(page, site, plate, "second_review")
    assert page.locator("[data-sheet='act:confirm']").count() == 0
    page.click("details[data-keep=not-possible] summary")
    hint = {"zh": "复核人不能是首位审核人", "en": "The second reviewer may not be the first"}[language]
    expect(page.locator("details[data-keep=not-possible]")).to_contain_text(hint)

    log_in("zhao", language=language)
    open_case(page, site, plate)
    assert said not in words(page)
    do(page, "act:send_back", reason="plate is hard to read")
    stands_at(page, site, plate, "draft")
    expect(page.locator(".timeline")).to_contain_text(said)
    do(page, "act:approve")
    stands_at(page, site, plate, "second_review")
    do(page, "act:take_back", reason="looked again")
    do(page, "act:approve")

    log_in("wang", language=language)
    open_case(page, site, plate)
    page.keyboard.press("a")
    expect(page.locator(".sheet h2")).to_be_visible()
    page.keyboard.press("Enter")
    stands_at(page, site, plate, "entered")
    case = case_of(site, plate)
    assert (case.reviewed_by, case.confirmed_by) == ("zhao", "wang")
    assert complaints == []


def test_without_a_certificate_the_decision_says_whom_to_ask(page: Page, site: Site, log_in: LogIn) -> None:
    log_in("chen")
    open_case(page, site, "浙A10002")
    do(page, "act:approve")
    stands_at(page, site, "浙A10002", "entered")
    page.click("details[data-keep=not-possible] summary")
    folded = page.locator("details[data-keep=not-possible]")
    expect(folded).to_contain_text("No certificate on the account")
    expect(folded).to_contain_text("wang, zhao")


def test_what_was_filled_in_stays_where_something_is_wrong(page: Page, site: Site, log_in: LogIn) -> None:
    log_in("wang")
    open_case(page, site, "浙A10016")
    do(page, "act:approve")
    log_in("zhao")
    open_case(page, site, "浙A10016")
    do(page, "act:confirm")
    do(page, "paper:informing", party__name="周某")
    sheet = open_sheet(page, "act:inform")
    sheet.locator("[name='service.at']").fill("2020-01-01T10:00:00")
    sheet.locator("[name='service.proof']").fill("EMS-7")
    sheet.locator("[name='service.way'][value=post]").check()
    sheet.locator("[type=submit]").click()
    expect(sheet.locator(".problem")).to_contain_text("What you filled in is still here")
    assert sheet.locator("[name='service.proof']").input_value() == "EMS-7"
    assert case_of(site, "浙A10016").state == "entered"


def test_photos_are_brought_along_with_an_act(page: Page, site: Site, log_in: LogIn, complaints: Complaints) -> None:
    """The sheet on the windscreen was posted; its photo goes in under its hash and can be looked at."""
    log_in("li")
    page.goto(f"{site.url}/cases/{case_of(site, '浙B99999').id}")
    sheet = open_sheet(page, "act:post")
    photo = {"name": "sheet.jpg", "mimeType": "image/jpeg", "buffer": street_picture("sheet " + "x" * 40)}
    sheet.locator("[data-bring=files]").set_input_files(files=[photo])
    expect(sheet.locator("input[type=hidden][name=files]")).to_have_value(re.compile("^[0-9a-f]{64}$"))
    brought = sheet.locator("input[type=hidden][name=files]").input_value()
    sheet.locator("[name=sheet]").fill("0001234")
    sheet.locator("[name=reason]").fill("posted and photographed")
    sheet.locator("[type=submit]").click()
    stands_at(page, site, "浙B99999", "posted")
    url = f"{site.url}/api/v1/cases/{case_of(site, '浙B99999').id}/files/{brought}?reason=review"
    assert page.request.get(url).body() == photo["buffer"]
    assert page.request.get(url.replace(brought, "0" * 64)).status == 404
    assert complaints == []


def test_tabs_count_the_work_and_lead_to_it(page: Page, site: Site, log_in: LogIn) -> None:
    log_in("wang")
    page.goto(f"{site.url}/queue?state=todo&authority=mine")
    page.wait_for_selector(".tabs a")
    tabs = {tab.get_attribute("href") or "": tab.inner_text().split()[-1] for tab in page.locator(".tabs a").all()}
    assert len(tabs) == 12
    for href, count in tabs.items():
        if count.isdecimal():
            assert "authority=mine" in href
            page.goto(site.url + href)
            page.wait_for_selector("[data-list], .notice.empty")
            expect(page.locator("a.row")).to_have_count(min(int(count), 20))
            expect(page.locator(".tabs a[aria-current]")).to_have_count(1)


def test_the_list_is_walked_by_keys(page: Page, site: Site, log_in: LogIn) -> None:
    log_in("wang")
    page.goto(f"{site.url}/queue")
    page.wait_for_selector("a.row")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator("a.row").nth(1)
    expect(second).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("input[type=search]")).to_be_focused()
    second.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/*")
