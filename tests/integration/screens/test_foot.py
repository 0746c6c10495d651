"""The officer's phone in Chromium at 390x844, in both languages: a task taken, photographed, reported, once without network."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import or_, select

from central.cases.tables import Case, CaseFile
from central.evidence.tables import StoredFile
from central.foot.tables import FootPhoto
from central.screens.i18n import Catalogues, Language
from tests.integration.screens.conftest import Complaints, LogIn, Site
from tests.integration.screens.test_pages import LEFTOVER
from yuhang.evidence.photos import PhotoRecord

pytestmark = pytest.mark.integration

PHONE = {"width": 390, "height": 844}
HAN = re.compile(r"[\u3400-\u9fff]")


TEXTS = Catalogues.load()
BOTH = pytest.mark.parametrize("language", list(Language))
OWNER_UNKNOWN = {Language.CHINESE: "浙B99999", Language.ENGLISH: "浙B99998"}
TYPED = {Language.CHINESE: "浙A7K777", Language.ENGLISH: "浙A7K778"}


@pytest.fixture
def officer(page: Page, log_in: LogIn, language: Language) -> Page:
    """Zhao on foot, with a phone in the language of the test."""
    log_in("zhao", language=language, say_why=False)
    page.set_viewport_size(PHONE)
    return page


def photo(folder: Path, name: str, colour: str) -> Path:
    path = folder / f"{name}.jpg"
    Image.new("RGB", (320, 240), colour).save(path, "JPEG")
    return path


def case_of(site: Site, plate: str) -> Case:
    with site.application.core.database.reader() as session:
        return session.scalars(select(Case).where(Case.plate == plate)).one()


def unread_case(site: Site, language: Language) -> Case:
    """The case of the vehicle that no camera could read, one for each language; also once its plate was typed in."""
    unread = or_(Case.plate.is_(None), Case.plate.in_(TYPED.values()))
    with site.application.core.database.reader() as session:
        return session.scalars(select(Case).where(unread).order_by(Case.opened_at)).all()[list(Language).index(language)]


def assert_one_hand(page: Page) -> None:
    """Nothing beyond the edge, and whatever is touched is at least 48 px high."""
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    low = page.eval_on_selector_all(
        "main a:not([target]), main button, main label:has(input:not([type=hidden])), main .field input, main select",
        "all => all.filter(e => e.offsetParent && e.getBoundingClientRect().height < 47.5).map(e => e.outerHTML.slice(0, 80))",
    )
    assert low == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_in_both_languages(page: Page, site: Site, log_in: LogIn, complaints: Complaints, language: str) -> None:
    log_in("zhao", language=language, say_why=False)
    page.set_viewport_size(PHONE)
    page.goto(f"{site.url}/foot")
    expect(page.locator(".foot-row")).to_have_count(4)
    assert_one_hand(page)
    page.click(".foot-row")
    page.wait_for_selector(".to-find")
    assert page.get_attribute("a[href^='geo:']", "href") is not None
    assert_one_hand(page)
    assert not LEFTOVER.search(page.inner_text("body"))
    if language == "en":
        assert not HAN.search(page.inner_text("main").replace("浙", "").replace("余", ""))
    assert complaints == []


@BOTH
def test_law_11_a_sheet_is_posted_with_the_network_cut_in_the_middle(
    officer: Page, site: Site, complaints: Complaints, tmp_path: Path, language: Language
) -> None:
    """LAW 5, 11, 16: the original bytes arrive, each photo stands in the chain, and nothing is lost on the way."""
    page, t, plate = officer, TEXTS[language], OWNER_UNKNOWN[language]
    case = case_of(site, plate)
    page.goto(f"{site.url}/foot/{case.id}")
    page.click(f"text={t('foot.take')}")
    page.wait_for_selector("form[data-foot]")
    page.check("input[value=posted]")
    page.click(f"text={t('foot.sheet_print')}")
    page.wait_for_selector(f"text={t('foot.sheet_open')}")
    number = page.input_value("input[name=number]")
    assert "停告字" in number
    assert_one_hand(page)
    page.set_input_files("input[name=sheet]", photo(tmp_path, "sheet", "white"))
    expect(page.locator("[data-kind=sheet] .shots")).to_contain_text(t("foot.photo.sent"))
    page.click(f"text={t('foot.confirm')}")
    expect(page.locator("[data-problem]")).to_contain_text(t("foot.missing"))

    page.context.set_offline(True)
    page.set_input_files("input[name=panorama]", photo(tmp_path, "car", "navy"))
    expect(page.locator("[data-kind=panorama] .shots")).to_contain_text(t("foot.photo.waiting"))
    page.fill("input[name=note]", "under the wiper")
    page.click(f"text={t('foot.confirm')}")
    expect(page.locator(".kept")).to_contain_text(f"{t('foot.offline')} {t('foot.kept', photos=1, reports=1)}")
    assert case_of(site, plate).state == "on_foot"

    page.goto("about:blank")  # the phone was in the pocket; the page is opened anew, and sends at once
    page.context.set_offline(False)
    page.goto(f"{site.url}/foot/{case.id}", wait_until="commit")
    page.wait_for_url("**/foot?done=1")
    case = case_of(site, plate)
    assert case.state == "posted"
    with site.application.core.database.reader() as session:
        rows = session.scalars(select(FootPhoto).where(FootPhoto.case_id == case.id).order_by(FootPhoto.seq)).all()
        named = set(session.scalars(select(CaseFile.sha256).where(CaseFile.case_id == case.id)))
        stored = set(session.scalars(select(StoredFile.sha256)))
    records = [PhotoRecord.model_validate_json(row.record) for row in rows]
    assert [(record.kind.value, record.by, record.hashed_on_phone) for record in records] == [
        ("sheet", "zhao", True),
        ("panorama", "zhao", True),
    ]
    assert all(abs(record.phone_offset_s or 99) < 5 for record in records)
    assert named == {record.file_sha256 for record in records} <= stored
    assert site.application.core.evidence.read(records[1].file_sha256) == (tmp_path / "car.jpg").read_bytes()
    page.goto(f"{site.url}/foot")
    expect(page.locator(".kept")).to_be_hidden()
    assert [text for text in complaints if "ERR_INTERNET_DISCONNECTED" not in text] == []


@BOTH
def test_another_officer_sees_that_somebody_is_on_the_way(officer: Page, site: Site, log_in: LogIn, language: Language) -> None:
    page, case, t = officer, unread_case(site, language), TEXTS[language]
    page.goto(f"{site.url}/foot/{case.id}")
    page.click(f"text={t('foot.take')}")
    page.wait_for_selector("form[data-foot]")
    page.context.clear_cookies()
    log_in("wang", language=language, say_why=False)
    page.goto(f"{site.url}/foot/{case.id}")
    expect(page.locator("main")).to_contain_text(t("foot.taken_by", name="赵敏"))
    assert page.locator("form[data-foot]").count() == 0


@BOTH
def test_without_a_script_the_same_form_does_it(officer: Page, site: Site, tmp_path: Path, language: Language) -> None:
    """The plate is typed in; then the car is gone: one tap, one confirmation, and the page says thank you."""
    page, case, t, plate = officer, unread_case(site, language), TEXTS[language], TYPED[language]
    page.route("**/foot.js", lambda route: route.abort())
    page.goto(f"{site.url}/foot/{case.id}")
    if page.locator(f"text={t('foot.take')}").count():
        page.click(f"text={t('foot.take')}")
    page.fill("input[name=plate]", "I don't know")
    page.click(f"text={t('foot.plate.save')}")
    expect(page.locator("[role=alert]").first).to_contain_text(t("foot.refused.plate"))
    page.fill("input[name=plate]", f"浙ａ·7k {plate[-3:]}")
    page.click(f"text={t('foot.plate.save')}")
    expect(page.locator("main")).to_contain_text(t("foot.plate.typed"))
    assert page.input_value("input[name=plate]") == plate
    assert_one_hand(page)
    page.check("input[value=posted]")
    page.fill("input[name=number]", "A-0017")
    page.set_input_files("input[name=sheet]", photo(tmp_path, "sheet", "white"))
    page.click(f"text={t('foot.confirm')}")
    expect(page.locator("[role=alert]").first).to_contain_text(t("foot.refused.incomplete"))
    page.check("input[value=gone]")
    page.click(f"text={t('foot.confirm')}")
    page.wait_for_url("**/foot?done=1")
    assert case_of(site, plate).state == "left_unwarned"


def test_a_viewer_does_not_get_in(page: Page, site: Site, log_in: LogIn) -> None:
    log_in("guest", say_why=False)
    page.goto(f"{site.url}/foot")
    page.wait_for_selector("text=Your role may not open that page.")
