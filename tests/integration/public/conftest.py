"""A running central, and an owner's telephone: a real browser that runs no script."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from tests.integration.screens.conftest import ARGUMENTS, CHROMIUM, Complaints, complaints, site

__all__ = ["complaints", "site"]
TELEPHONE = {"width": 390, "height": 844}

OpenTelephone = Callable[[str], Page]


def telephone_context(playwright: Playwright, folder: Path, language: str) -> BrowserContext:
    """A browser that speaks this language and runs no script."""
    return playwright.chromium.launch_persistent_context(
        folder,
        executable_path=CHROMIUM,
        args=ARGUMENTS,
        viewport=TELEPHONE,  # type: ignore[arg-type]
        java_script_enabled=False,
        locale={"zh": "zh-CN", "en": "en-GB"}[language],
    )


@pytest.fixture
def telephone(tmp_path: Path, complaints: Complaints) -> Iterator[OpenTelephone]:
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM} (Debian: apt install chromium)")
    with sync_playwright() as playwright:
        contexts: list[BrowserContext] = []

        def opened(language: str) -> Page:
            contexts.append(telephone_context(playwright, tmp_path / f"browser-{len(contexts)}", language))
            page = contexts[-1].new_page()
            page.set_default_timeout(60_000)
            complaints.watch(page)
            return page

        yield opened
        for context in contexts:
            context.close()
