"""The live view: every camera with its zones, vehicles and running timers; a wall page, dark and readable from afar."""

from fastapi import Request
from fastapi.responses import Response
from markupsafe import Markup
from nicegui import run, ui

from central.screens.components.marks import badge
from central.screens.components.overlay import overlay
from central.screens.components.plate import plate
from central.screens.components.states import empty
from central.screens.components.times import countdown, moment, running
from central.screens.desk import Board, enter
from central.screens.parts import Parts
from central.screens.scene import Scene
from central.screens.views.live import CameraView, RunningTimer

EVERY_S = 1.0


def add_live_page(parts: Parts) -> None:
    """Serve `/live`."""

    @ui.page("/live", dark=True)
    async def live(request: Request) -> Response | None:
        desk = await enter(parts, request, reason_needed=True)
        if isinstance(desk, Response):
            return desk
        visitor = desk.visitor
        await run.io_bound(parts.source.log_look, visitor.user, "live", visitor.reason)
        with desk.page("live.title", "/live", wall=True):
            board = Board(desk, lambda scene: parts.source.cameras(scene, visitor.user), every_s=EVERY_S)
            board.part(draw_cameras)
            board.start()
        return None


def draw_cameras(scene: Scene, cameras: tuple[CameraView, ...]) -> Markup:
    """All cameras, those that cannot judge among them, greyed and named."""
    head = Markup('<div class="head"><h1>{}</h1><span class="timer">{}</span></div>').format(
        scene.t("live.title"), scene.clock_text(scene.now)
    )
    if not cameras:
        return head + empty(scene.t("live.empty.title"), scene.t("live.empty.detail"), "/nodes", scene.t("nav.nodes"))
    return head + Markup('<div class="cameras">{}</div>').format(Markup("").join(_camera(scene, camera) for camera in cameras))


def _camera(scene: Scene, camera: CameraView) -> Markup:
    blind = Markup('<div class="blind-word"><span>{}<br>{}</span></div>').format(camera.condition, moment(scene, camera.since))
    return Markup(
        '<article class="card camera{}"><header><h2>{}</h2><span class="marks">{}<span class="muted">{}</span></span></header>'
        '<div class="view"><img data-live="{}" alt="{}" hidden>{}{}</div>{}</article>'
    ).format(
        " blind" if camera.blind else "",
        camera.name,
        badge(camera.tone, camera.condition),
        moment(scene, camera.seen_at),
        camera.picture_url,
        scene.t("live.picture", name=camera.name),
        overlay(camera),
        blind if camera.blind else "",
        _timers(scene, camera.timers),
    )


def _timers(scene: Scene, timers: tuple[RunningTimer, ...]) -> Markup:
    if not timers:
        return Markup('<ul class="timers"><li class="muted">{}</li></ul>').format(scene.t("live.nothing"))
    return Markup('<ul class="timers">{}</ul>').format(Markup("").join(_timer(scene, timer) for timer in timers))


def _timer(scene: Scene, timer: RunningTimer) -> Markup:
    grace = (
        Markup("<span>{} {}</span>").format(scene.t("live.grace_left"), countdown(scene, timer.grace_until))
        if timer.grace_until is not None and timer.grace_until > scene.now
        else Markup("")
    )
    link = Markup('<a href="{}">{}</a>').format(timer.case_href, scene.t("live.case")) if timer.case_href else Markup("")
    return Markup("<li>{}<span>{}</span><span>{} {}</span>{}{}</li>").format(
        plate(scene, timer.plate, timer.plate_colour),
        timer.zone,
        scene.t("live.standing"),
        running(scene, timer.stopped_at),
        grace,
        link,
    )
