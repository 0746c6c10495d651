"""The screens in a running central with a town behind it, and a real browser in front."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from central.bootstrap import Application, build
from central.cases.calendar import BEIJING
from central.config import CentralConfig
from central.deadlines.service import deadlines_of
from central.live.store import CameraKey
from central.matters import build_matters
from tests.integration.screens.pictures import CAR, HEIGHT, WIDTH, street_picture
from tests.integration.screens.town import CAMERA, NODE, PASSWORD, SITE, ZONE_NAME, make_town
from yuhang.logs import configure_logging
from yuhang.messages import CameraCondition, LiveView, SeenVehicle, VehicleClass

PATIENCE_MS = 15_000  # the tests share their machine with others
expect.set_options(timeout=PATIENCE_MS)
STORY_MINUTES = 45  # the town's story begins 42 minutes ago
CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session", autouse=True)
def logs() -> None:
    """As in production; structlog's own default draws pictures of every traceback, slow enough to stall the server."""
    configure_logging("warning", json=True)


@dataclass
class MovingClock:
    """Real time, moved ahead by a test; it stands in for `ClockConfig` too."""

    ahead: timedelta = timedelta(0)
    speed: float = 1.0

    def build(self) -> "MovingClock":
        return self

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def wait(self, event: threading.Event, seconds: float) -> bool:
        return event.wait(max(0.0, seconds))


@dataclass
class Site:
    """A running central."""

    url: str
    application: Application
    server: uvicorn.Server
    thread: threading.Thread
    track: str
    clock: "MovingClock"

    @contextmanager
    def days_later(self, days: float, case_id: str) -> Iterator[None]:
        """So many days later: what fell due for this case meanwhile has happened; the other cases stand still."""
        before = self.clock.ahead
        self.clock.ahead = before + timedelta(days=days)
        core = self.application.core
        with core.database.session() as session:
            for deadline in deadlines_of(session, case_id):
                if deadline.fired_at is None and deadline.cancelled_at is None and deadline.due_at <= core.clock.now():
                    build_matters(core).cases.fire(session, deadline)
                    deadline.fired_at = core.clock.now()
        try:
            yield
        finally:
            self.clock.ahead = before

    def stop(self) -> None:
        """End the web server and let go of the database."""
        self.server.should_exit = True
        self.thread.join(timeout=20)
        self.application.core.database.close()

    def show_live(self) -> None:
        """The node brings a picture and a view, as it does twice a second."""
        live, now = self.application.core.live, self.application.core.clock.now()
        standing = SeenVehicle(
            box=CAR,
            vehicle=VehicleClass.CAR,
            plate="浙A10006",
            zone=ZONE_NAME,
            track=self.track,
            stopped_at=now - timedelta(minutes=6),
        )
        for camera, condition, vehicles in ((CAMERA, CameraCondition.OK, (standing,)), ("cam-2", CameraCondition.MOVED, ())):
            key = CameraKey(SITE, NODE, camera)
            live.put_picture(key, street_picture(f"live {camera}"), now)
            view = LiveView(camera=camera, time=now, width=WIDTH, height=HEIGHT, condition=condition, vehicles=vehicles)
            live.put_view(key, view, now)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    running = start_site(tmp_path_factory.mktemp("central"), a_free_port())
    yield running
    running.stop()


def a_free_port() -> int:
    """A TCP port on loopback that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _past_midnight() -> timedelta:
    """How far to move the clock so that the whole story of the town lies on one day in Beijing."""
    now = datetime.now(BEIJING)
    return max(timedelta(0), now.replace(hour=0, minute=STORY_MINUTES, second=0) - now)


def start_site(folder: Path, port: int, speed: float = 1.0) -> Site:
    """Seed a town in `folder` and serve it; nothing but the web server runs, so that the world stands still."""
    config = CentralConfig.model_validate(
        {
            "data_dir": folder,
            "mqtt": {"port": 1},
            "http": {"port": port, "public_url": f"http://127.0.0.1:{port}"},
            "clock": {"speed": speed},
        }
    )
    clock = MovingClock(_past_midnight() if speed == 1.0 else timedelta(0))
    town = make_town(config, clock.now())
    track = next(track for name, track in town.tracks.items() if name.startswith("浙A10006"))
    town.close()
    application = build(config.model_copy(update={"clock": clock}) if speed == 1.0 else config)
    server = uvicorn.Server(uvicorn.Config(application.web, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline, "the web server does not start"
        time.sleep(0.05)
    return Site(f"http://127.0.0.1:{port}", application, server, thread, track, clock)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM} (Debian: apt install chromium)")
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("browser"), executable_path=CHROMIUM, args=ARGUMENTS, viewport={"width": 1366, "height": 768}
        )
        yield context
        context.close()


class Complaints(list[str]):
    """Everything a page has complained about."""

    def watch(self, page: Page) -> None:
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.append(f"page error: {error}"))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.append(f"{message.type}: {message.text}")


@pytest.fixture
def complaints() -> Complaints:
    return Complaints()


@pytest.fixture
def page(browser: BrowserContext, complaints: Complaints) -> Iterator[Page]:
    browser.clear_cookies()
    page = browser.new_page()
    page.set_default_timeout(PATIENCE_MS)
    complaints.watch(page)
    yield page
    page.close()


LogIn = Callable[..., None]


@pytest.fixture
def log_in(page: Page, site: Site) -> LogIn:
    """Log in as somebody, in a language, and say why (unless asked not to)."""

    def enter(name: str = "wang", *, language: str = "en", say_why: bool = True) -> None:
        page.goto(f"{site.url}/login?lang={language}")
        page.fill("input[name=name]", name)
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector(".figure.lead")
        if say_why:
            page.goto(f"{site.url}/reason?next=/queue")
            page.press("input[name=choice]:checked", "Enter")
            page.wait_for_selector("table.rows")

    return enter
