"""The zone editor in a real browser: drawn, refused while edges cross, saved, gone back to; and a real node that obeys."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from central.config import UsersConfig
from central.database import Database
from central.nodes.service import add_node
from central.users.roles import Role
from central.users.service import UserService
from tests.integration.brokers import RunningBroker
from tests.integration.central.processes import CentralProcess
from tests.integration.edge.node_world import TOKEN, NodeProcess, until
from tests.integration.screens.conftest import Complaints, LogIn, Site, a_free_port
from tests.integration.screens.town import PASSWORD
from yuhang.clock import SystemClock

pytestmark = pytest.mark.integration

TOWN = "/administration/zones/yuhang/n1"
SQUARE = ((0.05, 0.1), (0.2, 0.1), (0.2, 0.3), (0.05, 0.3))
CROSSED = (SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3])
WAITING = {"en": "Waiting for the node", "zh": "等待节点"}


class Editor:
    """The page as a person uses it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.review = page.locator("[data-act=review]")
        self.hint = page.locator("[data-hint]")

    def open(self, url: str) -> None:
        self.page.goto(url)
        self.page.wait_for_selector(".zone-list button")

    def at(self, corner: tuple[float, float]) -> tuple[float, float]:
        """Where a corner (fractions of the picture) is on the screen."""
        x, y = self.page.evaluate(
            """([x, y]) => { const svg = document.querySelector('.canvas svg'), box = svg.viewBox.baseVal;
            const at = new DOMPoint(x * box.width, y * box.height).matrixTransform(svg.getScreenCTM()); return [at.x, at.y]; }""",
            list(corner),
        )
        return x, y

    def click(self, *corners: tuple[float, float]) -> None:
        for corner in corners:
            self.page.mouse.click(*self.at(corner))

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.page.mouse.move(*self.at(start))
        self.page.mouse.down()
        self.page.mouse.move(*self.at(end), steps=4)
        self.page.mouse.up()

    def zones(self) -> Locator:
        return self.page.locator(".zone-list button")

    def save(self, reason: str) -> None:
        self.review.click()
        self.page.wait_for_selector("dialog[open]")
        self.page.fill("dialog input[name=reason]", reason)
        self.page.keyboard.press("Enter")
        expect(self.page.locator("[data-said]")).to_be_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_zone_is_drawn_saved_changed_and_gone_back_to(
    page: Page, site: Site, log_in: LogIn, complaints: Complaints, language: str
) -> None:
    log_in("admin", language=language, say_why=False)
    site.show_live()
    editor = Editor(page)
    editor.open(site.url + TOWN)
    before = editor.zones().count()
    expect(editor.review).to_be_disabled()

    page.keyboard.press("n")
    editor.click(*CROSSED)
    expect(page.locator(".bad-edge")).to_have_count(2)
    expect(editor.hint).to_have_class("hint tone-alarm")
    page.keyboard.press("Enter")  # refused while edges cross
    expect(editor.zones()).to_have_count(before)
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    editor.click(*SQUARE, SQUARE[0])  # the click on the first corner closes it
    expect(editor.zones()).to_have_count(before + 1)

    corner = page.locator("[data-corner='1']")
    corner.focus()
    x = float(corner.get_attribute("cx") or 0)
    page.keyboard.press("Shift+ArrowRight")
    assert float(page.locator("[data-corner='1']").get_attribute("cx") or 0) > x
    editor.drag(SQUARE[3], (0.3, 0.2))  # over the opposite edge
    expect(page.locator(".bad-edge").first).to_be_attached()
    expect(editor.review).to_be_disabled()
    page.keyboard.press("Control+z")
    expect(page.locator(".bad-edge")).to_have_count(0)
    page.fill("[data-key='detector.warning_dwell_s']", "90")
    page.keyboard.press("Tab")

    editor.review.click()
    expect(page.locator("[data-differences] tr")).to_have_count(2)
    page.locator("dialog [data-act=leave]").click()
    editor.save("new line of the kerb")
    expect(page.locator("[data-status]")).to_contain_text(WAITING[language])
    page.reload()
    page.wait_for_selector(".zone-list button")
    expect(editor.zones()).to_have_count(before + 1)

    rival = page.context.new_page()
    other = Editor(rival)
    other.open(site.url + TOWN)
    other.zones().nth(before).click()
    rival.keyboard.press("ArrowDown")
    other.save("moved a little")
    rival.close()
    editor.zones().nth(before).click()
    page.keyboard.press("Delete")
    editor.review.click()
    expect(page.locator("[data-said]")).to_contain_text("moved a little")  # whoever was slower is told, and keeps the draft
    expect(editor.zones()).to_have_count(before)
    page.keyboard.press("Control+z")

    page.on("dialog", lambda asked: asked.accept())
    page.goto(f"{site.url}{TOWN}")
    page.locator("a[href*='?from=']").first.click()
    page.wait_for_selector(".behind")
    editor.save("back")
    assert [text for text in complaints if "409" not in text] == []


# --- with a node ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def central(tmp_path: Path, embedded_broker: RunningBroker) -> Iterator[CentralProcess]:
    """Central as it runs, with an administrator and a node that it knows."""
    folder = tmp_path / "central"
    process = CentralProcess(folder, f"sqlite:///{folder / 'central.db'}", embedded_broker, a_free_port())
    process.start()
    with Database(process.database_url) as database:
        users = UserService(database, UsersConfig(), SystemClock())
        users.add("admin", PASSWORD, Role.ADMINISTRATOR)
        with database.session() as session:
            add_node(session, SystemClock(), "site", "node", credential=TOKEN)
    yield process
    process.end()


@pytest.fixture
def node(tmp_path: Path, shared_dir: Path, central: CentralProcess) -> Iterator[NodeProcess]:
    """A node that watches the corner of a real recording in which cars are parked; it warns late."""
    zone = {
        "zone": "corner",
        "address": "330110-001-0969",
        "polygon": [[0.6, 0.0], [1.0, 0.0], [1.0, 0.35], [0.6, 0.35]],
        "detector": {"kind": "parking", "warning_dwell_s": 4, "present_every_s": 600},
    }
    source = {"kind": "file", "path": str(shared_dir / "media/video/vtest.avi"), "loop": True}
    document = {
        "site": "site",
        "node": "node",
        "data_dir": str(tmp_path / "node"),
        "mqtt": {"port": central.broker.port, "username": "site.node", "password": "node-pass", "keepalive_s": 5},
        "central": {"url": central.url, "token": TOKEN},
        "health": {"interval_s": 1},
        "cameras": [{"camera": "street", "source": source, "zones": [zone]}],
    }
    config = tmp_path / "node.yaml"
    config.write_text(json.dumps(document))
    process = NodeProcess(config)
    process.start()
    yield process
    process.end(signal.SIGTERM)


def test_a_zone_drawn_in_the_browser_runs_on_the_node_and_no_timer_is_lost(
    page: Page, central: CentralProcess, node: NodeProcess
) -> None:
    page.goto(f"{central.url}/login?lang=en")
    page.fill("input[name=name]", "admin")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".figure.lead")

    def standing() -> dict[str, str]:
        """Tracks of the vehicles whose stops the node has reported, with the time at which each came to rest."""
        cameras = page.request.get(f"{central.url}/api/v1/live").json()
        seen = [vehicle for camera in cameras if camera["view"] for vehicle in camera["view"]["vehicles"]]
        return {vehicle["track"]: vehicle["stopped_at"] for vehicle in seen if vehicle["track"]}

    until(lambda: len(standing()) >= 1, 60)
    before = standing()
    editor = Editor(page)
    editor.open(f"{central.url}/administration/zones/site/node")
    editor.zones().first.click()
    editor.drag((0.6, 0.35), (0.55, 0.4))
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    editor.click((0.1, 0.6), (0.4, 0.6), (0.4, 0.9), (0.1, 0.9))
    page.keyboard.press("Enter")
    editor.save("wider, and one more")
    expect(page.locator("[data-status]")).to_contain_text("The node runs version 1.", timeout=30_000)
    after = standing()
    assert before.items() <= after.items(), "the same stops, since the same moments"

    page.locator("form.zone details summary").click()
    page.fill("[data-rest]", '{"warning_dwel_s": 9}')
    page.keyboard.press("Tab")
    editor.save("a slip of the pen")
    expect(page.locator("[data-status]")).to_contain_text("did you mean 'warning_dwell_s'?", timeout=30_000)
    expect(page.locator("[data-status]")).to_contain_text("The node runs version 1.")

    page.goto(f"{central.url}/administration/nodes/site/node")
    page.wait_for_selector("select[name=camera] option", state="attached")
    page.fill("input[name=reason]", "is the lens clean?")
    page.locator("button[value=snapshot]").click()
    link = page.locator("a[href*='/file?reason=']")
    expect(link).to_be_visible(timeout=30_000)
    shown = page.request.get(central.url + (link.get_attribute("href") or ""))
    assert (shown.status, shown.headers["content-type"]) == (200, "image/jpeg")
    page.fill("input[name=reason]", "monthly check")
    page.locator("button[value=self-test]").click()
    expect(page.locator(".findings")).to_contain_text("camera.street", timeout=30_000)
    expect(page.locator(".spark").first).to_be_visible(timeout=30_000)
