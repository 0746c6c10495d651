"""The live view: every camera with its zones, vehicles and running timers; a wall page, dark and readable from afar."""

from collections.abc import Callable

from fastapi import Request
from markupsafe import Markup
from nicegui import run, ui

from central.audit.service import LookAction
from central.screens.components.marks import badge
from central.screens.components.overlay import overlay
from central.screens.components.plate import plate
from central.screens.components.states import empty
from central.screens.components.times import countdown, moment, now_clock, running
from central.screens.desk import Board, Desk, desk_page, enter
from central.screens.paper import Paper
from central.screens.scene import Scene
from central.screens.views.live import CameraView, RunningTimer

EVERY_S = 1.0
Cameras = tuple[CameraView, ...]


def add_live_page(paper: Paper) -> None:
    """Serve `/live`."""
    parts = paper.parts

    @desk_page(paper, "/live", dark=True)
    async def live(request: Request) -> None:
        desk = await enter(parts, request, reason_needed=True)
        await run.io_bound(parts.looks.look, desk.visitor.user, "live", desk.visitor.why, LookAction.LIVE)
        with desk.page("live.title", "/live", wall=True):
            LivePage(desk).build()


class LivePage:
    """One card a camera. The cards stay while only what they show changes, so pictures do not flicker and links keep focus."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._board: Board[Cameras] = Board(
            desk, lambda scene: desk.parts.street.cameras(scene, desk.visitor.user), every_s=EVERY_S
        )
        self._shown: tuple[tuple[str, str | None], ...] | None = None
        self._cards = ui.element("div").classes("stack")

    def build(self) -> None:
        """Start with no card; the first view brings them."""
        self._board.arrange(self._lay_out)
        self._board.start()

    def _lay_out(self, cameras: Cameras) -> None:
        wanted = tuple((camera.key, camera.picture_url) for camera in cameras)
        if wanted == self._shown:
            return
        self._shown = wanted
        self._board.forget()
        self._cards.clear()
        with self._cards:
            self._board.part(draw_head)
            with ui.element("div").classes("cameras"):
                for camera in cameras:
                    self._lay_out_card(camera)

    def _lay_out_card(self, camera: CameraView) -> None:
        with ui.element("article").classes("card camera"):
            self._board.part(_of(camera.key, draw_camera_head))
            with ui.element("div").classes("view"):
                if camera.picture_url is not None:
                    ui.html(str(_picture(self._desk.scene(), camera)), sanitize=False)
                self._board.part(_of(camera.key, draw_view))
            self._board.part(_of(camera.key, draw_timers))


def _picture(scene: Scene, camera: CameraView) -> Markup:
    return Markup('<img data-live="{}" alt="{}" hidden>').format(camera.picture_url, scene.t("live.picture", name=camera.name))


def _of(key: str, draw: Callable[[Scene, CameraView], Markup]) -> Callable[[Scene, Cameras], Markup]:
    def draw_one(scene: Scene, cameras: Cameras) -> Markup:
        return next((draw(scene, camera) for camera in cameras if camera.key == key), Markup(""))

    return draw_one


def draw_head(scene: Scene, cameras: Cameras) -> Markup:
    """Title and the server's clock; what to do where there is no camera."""
    head = Markup('<div class="head"><h1>{}</h1>{}</div>').format(scene.t("live.title"), now_clock(scene))
    if cameras:
        return head
    return head + empty(scene.t("live.empty.title"), scene.t("live.empty.detail"), "/nodes", scene.t("nav.nodes"))


def draw_camera_head(scene: Scene, camera: CameraView) -> Markup:
    """Name, condition and when the camera was last heard of."""
    return Markup('<header><h2>{}</h2><span class="marks">{}<span class="muted">{}</span></span></header>').format(
        camera.name, badge(camera.tone, camera.condition), moment(scene, camera.seen_at)
    )


def draw_view(scene: Scene, camera: CameraView) -> Markup:
    """What lies over the picture: zones and vehicles, or a grey veil and words where the camera cannot judge."""
    if not camera.blind:
        return overlay(camera)
    return overlay(camera) + Markup('<div class="veil"><span>{}<br>{}</span></div>').format(
        camera.condition, moment(scene, camera.seen_at)
    )


def draw_timers(scene: Scene, camera: CameraView) -> Markup:
    """One line a vehicle that stands in a zone."""
    if not camera.timers:
        word = scene.t("live.cannot_judge" if camera.blind else "live.nothing")
        return Markup('<ul class="timers"><li class="muted">{}</li></ul>').format(word)
    return Markup('<ul class="timers">{}</ul>').format(Markup("").join(_timer(scene, timer) for timer in camera.timers))


def _timer(scene: Scene, timer: RunningTimer) -> Markup:
    grace = Markup("")
    if timer.grace_until is not None and timer.grace_until > scene.now:
        grace = Markup('<span class="tone-text-warning">{} {}</span>').format(
            scene.t("live.grace_left"), countdown(timer.grace_until)
        )
    link = Markup('<a href="{}">{}</a>').format(timer.case_href, scene.t("live.case")) if timer.case_href else Markup("")
    return Markup("<li>{}<span>{}</span><span>{} {}</span>{}{}</li>").format(
        plate(scene, timer.plate, timer.plate_colour),
        timer.zone,
        scene.t("live.standing"),
        running(timer.stopped_at),
        grace,
        link,
    )
