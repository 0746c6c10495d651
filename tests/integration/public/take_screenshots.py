"""Writes a picture of every public page, in both languages and three sizes, into a folder, to be looked at.

python -m tests.integration.public.take_screenshots [FOLDER]
"""

import sys
import tempfile
from pathlib import Path

import httpx
from playwright.sync_api import Page, sync_playwright

from central.users.roles import Role
from tests.integration.public.conftest import telephone_context
from tests.integration.public.test_owner import Desk, case_of
from tests.integration.screens.conftest import Site, a_free_port, start_site
from tests.integration.screens.test_pages import SIZES
from tests.integration.screens.town import PASSWORD

STAYED, LEFT = "浙A10002", "浙A10001"


def main(folder: Path) -> None:
    """Seed a town, walk through the pages of a case and write the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        site = start_site(Path(scratch) / "central", a_free_port())
        browsers = {
            language: telephone_context(playwright, Path(scratch) / language, language).new_page() for language in ("zh", "en")
        }
        _walk(site, browsers, folder)
        for page in browsers.values():
            page.context.close()
        site.stop()
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")


def _walk(site: Site, browsers: dict[str, Page], folder: Path) -> None:
    case = case_of(site, STAYED)
    address = f"{site.url}/c/{case.number.removeprefix('余')}"

    def take(name: str, tail: str = "") -> None:
        for language, page in browsers.items():
            page.goto(address + tail)
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                page.screenshot(path=folder / f"{name}-{language}-{width}.png", full_page=True)

    core = site.application.core
    core.users.add("judge", PASSWORD, Role.REVIEWER, certificate="EXAMPLE-0009")
    token = core.users.log_in("judge", PASSWORD)
    desk = Desk(httpx.Client(base_url=site.url, headers={"Authorization": f"Bearer {token}"}, timeout=60), case)
    take("look_up")
    for page in browsers.values():
        _enter(page, STAYED, case.public_code)
    take("review")
    desk.approve()
    desk.serve("inform", core.clock.now())
    take("informed")
    for form in ("state", "name_driver", "waive", "agree_electronic"):
        take(form, f"/{form}")
    page = browsers["en"]
    page.goto(f"{address}/state")
    page.fill("textarea", "I was unloading a wheelchair.")
    page.click("form button")
    for page in browsers.values():
        page.goto(f"{address}/receipt/1")
    take("receipt", "/receipt/1")
    take("objected")
    desk.act("dismiss", reason="装卸区在马路对面。The loading bay is across the street.")
    take("not_now", "/object")
    desk.act("decide", statement="heard")
    desk.serve("serve", core.clock.now())
    take("served")
    for page in browsers.values():
        page.goto(f"{site.url}/c")
        _enter(page, LEFT, case_of(site, LEFT).public_code)
        page.screenshot(path=folder / f"left-{page.get_attribute('html', 'lang')}-390.png", full_page=True)


def _enter(page: Page, plate: str, code: str) -> None:
    page.fill("input[name=plate]", plate)
    page.fill("input[name=code]", code)
    page.click("button")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("screenshots"))
