"""Supervisor and administrator in a real browser, in both languages: pages fit, figures lead to cases, a profile is edited."""

import pytest
from playwright.sync_api import Page, expect

from tests.integration.screens.conftest import Complaints, LogIn, Site
from tests.integration.screens.test_pages import ADMINISTRATOR, LEFTOVER, SUPERVISOR, assert_fits, words
from tests.integration.screens.town import NODE, SITE, ZONE_NAME

pytestmark = pytest.mark.integration
DONE = {"en": "Saved as version", "zh": "已保存为第"}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("name", "pages"), [("zhou", SUPERVISOR), ("admin", ADMINISTRATOR)])
def test_pages_fit_and_hold_no_leftovers(
    page: Page, site: Site, log_in: LogIn, complaints: Complaints, name: str, pages: dict[str, tuple[str, str]], language: str
) -> None:
    log_in(name, language=language, say_why=False)
    for title, (path, mark) in pages.items():
        page.goto(site.url + path)
        page.wait_for_selector(mark)
        assert_fits(page, title)
        assert not LEFTOVER.search(words(page)), (title, LEFTOVER.search(words(page)))
    assert complaints == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_figure_leads_to_its_cases(page: Page, site: Site, log_in: LogIn, complaints: Complaints, language: str) -> None:
    """The share of the page, and as many cases behind the warned as the page says."""
    log_in("zhou", language=language)
    page.goto(f"{site.url}/supervision")
    page.wait_for_selector(".plot svg")
    link = page.locator("a[href*='counted=warned'][href*='zone=']").first
    count = int(link.inner_text())
    assert count > 0
    link.click()
    page.wait_for_selector(".behind")
    assert page.locator("a.row").count() == count
    assert complaints == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_administrator_edits_a_profile(page: Page, site: Site, log_in: LogIn, complaints: Complaints, language: str) -> None:
    """The difference is shown, nothing is saved without a reason, the new version is there."""
    log_in("admin", language=language, say_why=False)
    page.goto(f"{site.url}/administration/authorities/urban_management")
    telephone = {"en": "0571-33333333", "zh": "0571-44444444"}[language]
    page.fill("input[name=contact]", telephone)
    page.click("form.office button[type=submit]")
    page.wait_for_selector("input[name=reason]")
    assert telephone in words(page)
    page.click("form.office button[type=submit]")
    assert page.locator("input[name=reason]:invalid").count() == 1
    page.fill("input[name=reason]", "new telephone")
    page.click("form.office button[type=submit]")
    page.wait_for_selector("p.said")
    assert DONE[language] in words(page)
    assert page.input_value("input[name=contact]") == telephone
    assert complaints == []


@pytest.mark.parametrize(("language", "profile"), [("zh", "urban_management"), ("en", "traffic_police")])
def test_an_administrator_gives_a_zone_to_an_authority(
    page: Page, site: Site, log_in: LogIn, complaints: Complaints, language: str, profile: str
) -> None:
    """LAW 0: who enforces in a zone is chosen with a reason; it stands in the history, with who chose it."""
    log_in("admin", language=language, say_why=False)
    page.goto(f"{site.url}/administration/authorities")
    page.select_option("select[name=place]", f"{SITE}/{NODE}/{ZONE_NAME}")
    page.select_option("select[name=profile]", profile)
    page.click("form.office button[type=submit]")
    assert page.locator("input[name=reason]:invalid").count() == 1
    page.fill("input[name=reason]", f"order {language}")
    page.click("form.office button[type=submit]")
    page.wait_for_selector("p.said")
    page.click("details summary")
    newest = page.locator("details tr", has_text=f"order {language}")
    expect(newest).to_contain_text(profile)
    expect(newest).to_contain_text("admin")
    assert not LEFTOVER.search(words(page)), LEFTOVER.search(words(page))
    assert complaints == []
