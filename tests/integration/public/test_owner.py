"""An owner from the paper in the hand to the answer, in both languages, in a real browser that runs no script."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from central.cases.tables import Case
from tests.integration.public.conftest import OpenTelephone
from tests.integration.screens.conftest import Complaints, Site
from tests.integration.screens.test_pages import LEFTOVER, SIZES
from tests.integration.screens.town import PASSWORD
from tests.unit.central.public.counter import photo

pytestmark = pytest.mark.integration

HAN = re.compile(r"[\u3400-\u9fff]")
PLATES = {"zh": "浙A10002", "en": "浙A10003"}
TYPED = {"zh": "浙ａ·10002", "en": "浙A 10003"}
SAID = {
    "zh": {
        "review": "还没有经过人工审核",
        "informed": "您可以陈述申辩",
        "wrong": "没有查到",
        "received": "已收到",
        "checked": "审核人员正在核实",
        "large": "照片太多或太大",
    },
    "en": {
        "review": "has not been looked at by a person",
        "informed": "You may make a statement",
        "wrong": "Nothing was found",
        "received": "Received",
        "checked": "a reviewer is checking it",
        "large": "Too many pictures or too large",
    },
}


@dataclass
class Desk:
    """A reviewer's program on the REST interface."""

    web: httpx.Client
    case: Case

    def approve(self) -> None:
        """Look at every picture, then approve."""
        for line in self.get(f"/cases/{self.case.id}").json()["evidence"]:
            self.get(f"/evidence/{line['sha256']}")
        self.act("approve")

    def act(self, trigger: str, **data: Any) -> None:
        body = {"trigger": trigger, "reason": "looked at the pictures", **data}
        answer = self.web.post(f"/api/v1/cases/{self.case.id}/acts", json=body)
        assert answer.status_code == 200, answer.text

    def issue(self, kind: str) -> None:
        """A paper on which the next act rests."""
        body = {"kind": kind, "reason": "objection", "party": {"name": "王小明"}}
        answer = self.web.post(f"/api/v1/cases/{self.case.id}/papers", json=body)
        assert answer.status_code == 200, answer.text

    def serve(self, trigger: str, at: datetime) -> None:
        """A paper is issued and served by post."""
        self.issue({"inform": "informing", "serve": "decision"}[trigger])
        self.act(trigger, service={"way": "post", "at": at.isoformat(), "proof": "EMS-1"})

    def get(self, path: str, **params: Any) -> Any:
        answer = self.web.get(f"/api/v1{path}", params={"reason": "objection", **params})
        assert answer.status_code == 200, answer.text
        return answer


@pytest.fixture
def web(site: Site) -> Iterator[httpx.Client]:
    token = site.application.core.users.log_in("wang", PASSWORD)
    with httpx.Client(base_url=site.url, headers={"Authorization": f"Bearer {token}"}, timeout=60) as client:
        yield client


def case_of(site: Site, plate: str) -> Case:
    with site.application.core.database.reader() as session:
        return session.scalars(select(Case).where(Case.plate == plate)).one()


def look(page: Page, language: str) -> str:
    """The words of a page that fits every size and has no leftover."""
    for width, height in SIZES[::-1]:
        page.set_viewport_size({"width": width, "height": height})
        beyond = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert beyond <= 0, (page.url, width)
    page.set_viewport_size({"width": 390, "height": 844})
    text = page.inner_text("main")
    assert not LEFTOVER.search(text.replace("127.0.0.1", "")), LEFTOVER.search(text)
    assert page.get_attribute("html", "lang") == {"zh": "zh-CN", "en": "en"}[language]
    for target in page.locator(".button, input:not([type=hidden])").all():
        box = target.bounding_box()
        assert box is None or box["height"] >= 24, page.url
    return text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_owner_objects_and_reads_the_answer(
    site: Site, web: httpx.Client, telephone: OpenTelephone, complaints: Complaints, language: str
) -> None:
    said, case = SAID[language], case_of(site, PLATES[language])
    desk, page = Desk(web, case), telephone(language)
    address = f"{site.url}/c/{case.number.removeprefix('余')}"

    page.goto(address)  # from the square code: the number is there, the code is asked for
    assert case.number in look(page, language)
    page.fill("input[name=plate]", TYPED[language])
    page.fill("input[name=code]", "2222222222")
    page.click("button")
    assert said["wrong"] in look(page, language)
    page.fill("input[name=code]", f"{case.public_code[:5].lower()}-{case.public_code[5:]}")
    page.click("button")
    assert said["review"] in look(page, language)
    assert page.locator(".pictures img").count() == 0

    desk.approve()
    desk.serve("inform", site.application.core.clock.now())
    page.goto(address)
    assert said["informed"] in look(page, language)
    shown = page.locator(".pictures img")
    assert shown.count() == 3
    for picture in shown.all():
        picture.scroll_into_view_if_needed()
        answer = page.request.get(site.url + str(picture.get_attribute("src")))
        assert answer.headers["content-type"] == "image/jpeg"
        assert len(answer.body()) < 40_000

    page.locator("a.button").first.click()
    look(page, language)
    page.fill("textarea", "I was unloading a wheelchair.")
    page.set_input_files(
        "input[type=file]", [{"name": "scene.jpg", "mimeType": "image/jpeg", "buffer": photo((2400, 1600), quality=90)}]
    )
    sent = {field.get_attribute("name"): field.input_value() for field in page.locator("input[type=hidden], textarea").all()}
    form = page.url
    page.click("form button")
    assert said["received"] in look(page, language)
    again = page.request.post(form, multipart=sent)  # a second press, before the first was answered
    assert again.url == page.url
    page.click("a.button")
    assert said["checked"] in look(page, language)

    waiting = desk.get("/cases", state="objected").json()["cases"]
    assert case.id in {one["id"] for one in waiting}
    brought = desk.get(f"/cases/{case.id}/brought").json()
    assert [one["text"] for one in brought["statements"]] == ["I was unloading a wheelchair."]
    (file,) = brought["files"]
    assert desk.get(f"/cases/{case.id}/files/{file['sha256']}").headers["content-type"] == "image/jpeg"

    if language == "zh":
        desk.act("dismiss", reason="装卸区在马路对面")
        page.reload()
        assert "装卸区在马路对面" in look(page, language)
    else:
        desk.act("uphold", ground="rescue")
        page.reload()
        assert "The record was voided and is being removed" in look(page, language)
    errors = [line for line in complaints if "404" not in line and "422" not in line]
    assert errors == []


def test_a_huge_upload_ends_on_a_page_that_says_what_to_do(site: Site, web: httpx.Client, telephone: OpenTelephone) -> None:
    case = case_of(site, PLATES["zh"])
    if case.state == "draft":
        Desk(web, case).approve()
    page = telephone("zh")
    page.goto(f"{site.url}/c")
    page.fill("input[name=plate]", case.plate or "")
    page.fill("input[name=code]", case.public_code)
    page.click("button")
    page.locator("a.button").first.click()
    page.fill("textarea", "x")
    huge = {"name": "huge.jpg", "mimeType": "image/jpeg", "buffer": bytes(20 * 1024 * 1024)}
    page.set_input_files("input[type=file]", [huge] * 2)
    page.click("form button")
    assert SAID["zh"]["large"] in look(page, "zh")
    page.locator("a.button").click()
    assert page.locator("textarea").count() == 1


def test_the_language_is_changed_on_the_page_and_stays(site: Site, telephone: OpenTelephone) -> None:
    page = telephone("zh")
    page.goto(f"{site.url}/c")
    page.click(".language")
    text = page.inner_text("main form")
    assert not HAN.search(text)
    page.goto(f"{site.url}/c/2026-000001")
    assert page.get_attribute("html", "lang") == "en"
