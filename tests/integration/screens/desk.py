"""What a test does at a case's page: open it, fill in a sheet, confirm."""

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from central.cases.composition import compose, load_chapter
from central.cases.playbook import shipped_playbook
from central.cases.tables import Case
from tests.integration.screens.conftest import Site

OUTLINE = compose(shipped_playbook("parking"), (load_chapter("common"), load_chapter("simple")))
ALL_LOADED = "(all => all.length > 1 && all.every(one => one.naturalWidth > 0))([...document.querySelectorAll('.pictures img')])"


def case_of(site: Site, plate: str) -> Case:
    """The one case of a vehicle."""
    with site.application.core.database.reader() as session:
        return session.scalars(select(Case).where(Case.plate == plate)).one()


def open_case(page: Page, site: Site, plate: str) -> None:
    """Its page, with all pictures loaded."""
    page.goto(f"{site.url}/cases/{case_of(site, plate).id}?state=todo")
    page.wait_for_selector(".decision h2")
    page.wait_for_function(ALL_LOADED)


def open_sheet(page: Page, key: str) -> Locator:
    """Press the button of a sheet, in its folded part where it has one."""
    button = page.locator(f"[data-sheet='{key}']")
    expect(button).to_have_count(1)
    if not button.is_visible():
        page.locator("details", has=button).locator("summary").click()
    button.click()
    page.wait_for_selector(".sheet h2")
    return page.locator("form.sheet")


def confirm(page: Page, sheet: Locator, **values: str) -> None:
    """Fill a sheet in and confirm it; it closes."""
    for name, value in values.items():
        control = sheet.locator(f"[name='{name.replace('__', '.')}']")
        match control.first.evaluate("e => e.type"):
            case "radio":
                sheet.locator(f"[name='{name.replace('__', '.')}'][value='{value}']").check()
            case "select-one":
                control.select_option(value)
            case _:
                control.fill(value)
    sheet.locator("[type=submit]").click()
    page.wait_for_selector(".sheet h2", state="hidden")


def do(page: Page, key: str, **values: str) -> None:
    """Open a sheet, fill it in, confirm."""
    confirm(page, open_sheet(page, key), **values)


def stands_at(page: Page, site: Site, plate: str, state: str) -> None:
    """The case stands there, and the page says so in its language."""
    title = OUTLINE.states[state].title
    words = title.zh if page.evaluate("document.documentElement.lang") == "zh-CN" else title.en
    expect(page.locator(".head .badge").first).to_contain_text(words)
    assert case_of(site, plate).state == state
