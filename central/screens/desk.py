"""The frame of a desk or wall page in NiceGUI, and the board whose parts follow the data.

A board reads its view in a worker thread, draws its parts and sends only those that changed. After each successful refresh the
server sends a beat with its time; the browser greys the page when beats stay out. The board's timer belongs to the page's
client and ends with it, so a closed or lost tab leaves nothing running.
"""

from collections.abc import Callable, Collection, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any, Generic, TypeVar

import structlog
from fastapi import Request
from fastapi.responses import Response
from markupsafe import Markup
from nicegui import run, ui
from sqlalchemy.exc import SQLAlchemyError

from central.errors import NotFound, Unauthorized
from central.screens.assets import Assets
from central.screens.components.filters import address
from central.screens.components.frame import connection_bar, demo_bar, navigation
from central.screens.components.states import empty, failed, loading
from central.screens.paper import Paper
from central.screens.parts import Parts
from central.screens.roles import EVERYBODY
from central.screens.scene import Scene
from central.screens.visitor import NotAdmittedError, Visitor, admit, local_address, scene_for, send_elsewhere
from central.users.roles import Role
from yuhang.errors import StorageError, YuhangError

log = structlog.get_logger(__name__)

View = TypeVar("View")
Draw = Callable[[Scene, View], Markup]


@dataclass(frozen=True, slots=True)
class Desk:
    """One page for one visitor."""

    parts: Parts
    visitor: Visitor
    here: str

    def scene(self) -> Scene:
        """The scene of this moment in the visitor's language."""
        return scene_for(self.parts, self.visitor.language, ticking=True)

    @contextmanager
    def page(self, title: str, current: str, *, wall: bool = False) -> Iterator[None]:
        """Head, navigation and bars; the body of the `with` becomes the page's main part."""
        scene = self.scene()
        ui.page_title(f"{scene.t(title)} · {scene.t('product.name')}")
        _head(self.parts.assets, self.visitor.language.html_tag, wall=wall)
        _html(connection_bar(scene))
        _html(demo_bar(scene))
        _html(navigation(scene, current, self.here, self.visitor.user))
        with ui.element("div").classes("page").props('id="content"'):
            yield


Build = Callable[..., Coroutine[Any, Any, None]]


def desk_page(paper: Paper, path: str, *, dark: bool | None = None) -> Callable[[Build], None]:
    """Serve a page in NiceGUI; one that cannot be made for a known reason says so. `dark` None follows the device."""

    def serve(build: Build) -> None:
        @wraps(build)
        async def answer(request: Request, **values: Any) -> Response | None:
            try:
                await build(request, **values)
            except NotAdmittedError as error:
                return await send_elsewhere(request, error)
            except YuhangError as error:
                return await paper.broken(request, error)
            return None

        ui.page(path, dark=dark)(answer)

    return serve


async def enter(parts: Parts, request: Request, roles: Collection[Role] = EVERYBODY, *, reason_needed: bool = False) -> Desk:
    """The desk for this request's visitor; `NotAdmittedError` as `admit` says."""
    visitor = await run.io_bound(admit, parts, request, roles, reason_needed=reason_needed)
    if visitor is None:  # NiceGUI's threads answer so while the server goes down
        raise StorageError("central is going down")
    return Desk(parts, visitor, local_address(request))


def _head(assets: Assets, language: str, *, wall: bool) -> None:
    ui.add_head_html(Markup('<link rel="stylesheet" href="{}">').format(assets.style.url))
    ui.add_head_html(Markup('<script defer src="{}"></script>').format(assets.script.url))
    script = Markup("document.documentElement.lang = '{}';").format(language)
    if wall:
        script += Markup("document.documentElement.classList.add('wall');")
    ui.add_head_html(Markup("<script>{}</script>").format(script))


def _html(markup: Markup) -> ui.html:
    return ui.html(str(markup), sanitize=False)  # components escape whatever comes from data


class Board(Generic[View]):
    """A view and the parts of the page drawn from it."""

    def __init__(self, desk: Desk, load: Callable[[Scene], View], *, every_s: float) -> None:
        self._desk = desk
        self._load = load
        self._every_s = every_s
        self._parts: list[tuple[ui.html, Draw[View]]] = []
        self._arrange: Callable[[View], None] | None = None
        self._state = _html(loading(desk.scene()))
        self._busy = False
        self.view: View | None = None

    def part(self, draw: Draw[View], *, classes: str = "") -> ui.html:
        """Add a part at this place of the page."""
        place = _html(Markup("")).classes(classes)
        self._parts.append((place, draw))
        return place

    def arrange(self, arrange: Callable[[View], None]) -> None:
        """Call `arrange` with each view before the parts are drawn; it may lay out parts anew after `forget`."""
        self._arrange = arrange

    def forget(self) -> None:
        """Drop all parts; their places are cleared by whoever laid them out."""
        self._parts.clear()

    def start(self) -> None:
        """Load now and then again every `every_s` seconds while the page is open."""
        ui.timer(self._every_s, self.refresh)

    async def refresh(self) -> None:
        """Read the view and send what changed; a failure is shown in place, never hidden behind old data."""
        if self._busy:
            return
        self._busy = True
        try:
            loaded = await run.io_bound(self._read)
        except Unauthorized:
            ui.navigate.to(address("/login", {"next": self._desk.here}))
        except NotFound:
            scene = self._desk.scene()
            self._say(empty(scene.t("state.gone"), scene.t("state.gone_detail"), "/queue", scene.t("nav.queue")))
        except (YuhangError, SQLAlchemyError) as error:
            log.warning("screen_refresh_failed", page=self._desk.here, error=str(error))
            self._say(failed(self._desk.scene(), self._desk.here))
        else:
            if loaded is not None and not self._state.is_deleted:
                self._show(*loaded)
        finally:
            self._busy = False

    def _read(self) -> tuple[Scene, View]:
        self._desk.parts.logins.authenticate(self._desk.visitor.token)
        scene = self._desk.scene()
        return scene, self._load(scene)

    def _show(self, scene: Scene, view: View) -> None:
        self.view = view
        if self._arrange is not None:
            self._arrange(view)
        self._say(Markup(""))
        for place, draw in self._parts:
            markup = str(draw(scene, view))
            if place.content != markup:
                place.set_content(markup)
        ui.run_javascript(f"window.yuhang?.beat({int(scene.now.timestamp() * 1000)}, {scene.clock_speed})")

    def _say(self, markup: Markup) -> None:
        if self._state.content != markup:
            self._state.set_content(str(markup))
        self._state.set_visibility(bool(markup))
        for place, _ in self._parts:
            place.set_visibility(not markup)
