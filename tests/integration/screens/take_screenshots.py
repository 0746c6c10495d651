"""Writes a picture of every page, in both languages and three sizes, into `screenshots/`, to be looked at.

python -m tests.integration.screens.take_screenshots [FOLDER]
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.integration.screens.conftest import ARGUMENTS, CHROMIUM, Site, a_free_port, start_site
from tests.integration.screens.desk import ALL_LOADED, case_of, open_case
from tests.integration.screens.further import SHOWN, go_further
from tests.integration.screens.test_pages import ADMINISTRATOR, PAGES, SIZES, SUPERVISOR
from tests.integration.screens.town import PASSWORD

DEMO_SPEED = 10.0
DRAFT, ON_FOOT = "浙A10002", "浙B99999"


def main(folder: Path) -> None:
    """Seed a town, walk through its pages and write the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        site = start_site(Path(scratch) / "central", a_free_port(), speed=DEMO_SPEED)
        go_further(site)
        with sync_playwright() as playwright:
            context = playwright.chromium.launch_persistent_context(
                Path(scratch) / "browser", executable_path=CHROMIUM, args=ARGUMENTS, viewport={"width": 1366, "height": 768}
            )
            walk(context, site, folder)
            for name, pages in (("zhou", SUPERVISOR), ("admin", ADMINISTRATOR)):
                walk_office(context, site, folder, name, pages)
            walk_foot(context, site, folder)
            context.close()
        site.stop()
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")


def walk(context: BrowserContext, site: Site, folder: Path) -> None:
    """All pages, as a reviewer."""
    page = context.new_page()
    page.goto(f"{site.url}/login?lang=zh")
    page.screenshot(path=folder / "login-zh-1366.png")
    page.fill("input[name=name]", "wang")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".figure.lead")
    page.goto(f"{site.url}/reason?next=/queue")
    page.screenshot(path=folder / "reason-zh-1366.png")
    page.keyboard.press("Enter")
    page.wait_for_selector("table.rows")
    for language in ("zh", "en"):
        page.goto(f"{site.url}/?lang={language}")
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            for name, (path, mark) in PAGES.items():
                site.show_live()
                _take(page, site.url + path, mark, folder / f"{name}-{language}-{width}.png")
            open_case(page, site, DRAFT)
            page.wait_for_timeout(700)
            page.screenshot(path=folder / f"case-{language}-{width}.png", full_page=True)
            for key, name in (("a", "approve"), ("v", "void"), ("?", "keys")):
                page.keyboard.press(key)
                page.wait_for_selector(".sheet h2")
                page.wait_for_timeout(500)
                page.screenshot(path=folder / f"{name}-{language}-{width}.png")
                page.keyboard.press("Escape")
                page.wait_for_selector(".sheet h2", state="hidden")
            _states(page, site, folder, f"{language}-{width}")
            _take(page, f"{site.url}/phone", ".people", None)
            page.click(".people a")
            page.screenshot(path=folder / f"thread-{language}-{width}.png")


def _states(page: Page, site: Site, folder: Path, name: str) -> None:
    """What comes next in some states, with one sheet of each opened and everything unfolded."""
    sheets = {"second": "act:confirm", "entered": "paper:informing", "objected": "act:uphold", "decided": "payment"}
    for state, sheet in sheets.items():
        page.goto(f"{site.url}/cases/{case_of(site, SHOWN[state]).id}?state=todo")
        page.wait_for_function(ALL_LOADED)
        page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
        page.wait_for_timeout(500)
        page.screenshot(path=folder / f"case-{state}-{name}.png", full_page=True)
        page.locator(f"[data-sheet='{sheet}']").click()
        page.wait_for_selector(".sheet h2")
        page.wait_for_timeout(500)
        page.screenshot(path=folder / f"sheet-{state}-{name}.png")
        page.keyboard.press("Escape")


def walk_foot(context: BrowserContext, site: Site, folder: Path) -> None:
    """The pages of an officer on foot: the list, a task before and after it is taken, and its case at the desk."""
    page = _logged_in(context, site, "zhao")
    page.goto(f"{site.url}/reason?next=/queue")
    page.keyboard.press("Enter")
    page.wait_for_selector("table.rows")
    case, taken = case_of(site, ON_FOOT), False
    for language in ("zh", "en"):
        page.goto(f"{site.url}/foot?lang={language}")
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            name = f"{language}-{width}"
            _take(page, f"{site.url}/foot", ".foot-row", folder / f"foot-{name}.png")
            _take(page, f"{site.url}/foot/{case.id}", ".to-find", folder / f"foot-task{'-taken' if taken else ''}-{name}.png")
            _take(page, f"{site.url}/cases/{case.id}", ".decision h2", folder / f"case-on-foot-{name}.png")
        if not taken:
            page.goto(f"{site.url}/foot/{case.id}")
            page.click("form[action$='/take'] button")
            taken = True
            _take(page, f"{site.url}/foot/{case.id}", "form[data-foot]", folder / "foot-task-taken-zh-390.png")


def _logged_in(context: BrowserContext, site: Site, name: str) -> Page:
    context.clear_cookies()
    page = context.new_page()
    page.goto(f"{site.url}/login")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".figure.lead")
    return page


def walk_office(context: BrowserContext, site: Site, folder: Path, name: str, pages: dict[str, tuple[str, str]]) -> None:
    """The pages of the supervisor or the administrator."""
    page = _logged_in(context, site, name)
    for language in ("zh", "en"):
        page.goto(f"{site.url}/?lang={language}")
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            for title, (path, mark) in pages.items():
                _take(page, site.url + path, mark, folder / f"{title}-{language}-{width}.png")


def _take(page: Page, url: str, mark: str, target: Path | None) -> None:
    page.goto(url)
    page.wait_for_selector(mark)
    if target is not None:
        page.wait_for_timeout(1300 if "/live" in url else 300)
        page.screenshot(path=target, full_page=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("screenshots"))
