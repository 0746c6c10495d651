"""The dispatcher's board: where each engine is, which junction is next, whether anything refuses. Dark, for a wall."""

from fastapi import Request
from markupsafe import Markup
from nicegui import run, ui

from central.screens.components.marks import badge
from central.screens.components.roads import road_map, time_space
from central.screens.components.states import empty
from central.screens.components.times import moment, now_clock
from central.screens.desk import Board, desk_page, enter
from central.screens.paper import Paper
from central.screens.reading.looks import Why
from central.screens.roles import DISPATCHERS
from central.screens.scene import Scene
from central.screens.views.dispatch import BoardView, CallRow, EngineView, Mark

EVERY_S = 1.0


def add_dispatch_page(paper: Paper) -> None:
    """Serve `/dispatch`."""
    parts = paper.parts

    @desk_page(paper, "/dispatch", dark=True)
    async def dispatch(request: Request) -> None:
        desk = await enter(parts, request, DISPATCHERS)
        await run.io_bound(parts.looks.look, desk.visitor.user, "escorts", Why(desk.scene().t("dispatch.purpose")))
        with desk.page("dispatch.title", "/dispatch", wall=True):
            board: Board[BoardView] = Board(desk, parts.dispatch.board, every_s=EVERY_S)
            board.part(draw_head)
            with ui.element("div").classes("board"):
                with ui.element("section").classes("stack"):
                    board.part(draw_calls)
                with ui.element("section").classes("stack"):
                    board.part(draw_map)
                    board.part(draw_engines)
            board.start()


def draw_head(scene: Scene, _view: BoardView) -> Markup:
    """Title and the server's clock."""
    return Markup('<div class="head"><h1>{}</h1>{}</div>').format(scene.t("dispatch.title"), now_clock(scene))


def draw_calls(scene: Scene, view: BoardView) -> Markup:
    """The list of calls, those that live first."""
    if not view.calls:
        return empty(scene.t("dispatch.empty.title"), scene.t("dispatch.empty.detail"))
    rows = Markup("").join(_call(scene, row) for row in view.calls)
    return Markup('<h2>{}</h2><ul class="calls">{}</ul>').format(scene.t("dispatch.calls"), rows)


def draw_map(scene: Scene, view: BoardView) -> Markup:
    """Roads and engines."""
    if view.map is None:
        return Markup('<p class="notice">{}</p>').format(scene.t("dispatch.no_network"))
    return Markup("<h2>{}</h2>{}").format(scene.t("dispatch.map"), road_map(scene, view.map, view.engines))


def draw_engines(scene: Scene, view: BoardView) -> Markup:
    """Each engine under way: what is left, its signals, its wave."""
    if not view.engines:
        return Markup('<p class="muted">{}</p>').format(scene.t("dispatch.no_way"))
    return Markup("").join(_engine(scene, engine) for engine in view.engines)


def _call(scene: Scene, row: CallRow) -> Markup:
    marks = [row.state, row.consent] if row.live else [row.state]
    return Markup(
        '<li><a class="card" href="/dispatch/{}"><strong>{} · {}</strong><span class="marks">{}</span><span>{} {}</span>'
        '<span class="muted">{}</span></a></li>'
    ).format(row.id, row.kind, row.place, Markup("").join(map(_mark, marks)), row.engine, row.what, moment(scene, row.called_at))


def _engine(scene: Scene, engine: EngineView) -> Markup:
    lights = Markup("").join(
        Markup("<li><strong>{}</strong>{}<span>{}</span></li>").format(
            Markup('<a href="{}">{}</a>').format(light.href, light.name) if light.href else light.name,
            _mark(light.mark),
            "" if light.in_s is None else scene.t("dispatch.at_line", n=light.in_s),
        )
        for light in engine.lights
    )
    return Markup(
        '<article class="card stack"><div class="head"><h2><a href="/dispatch/{}">{}</a> '
        '<span class="tabular">{}</span></h2>{}</div>'
        '<h3>{}</h3><ul class="lights">{}</ul><h3>{}</h3>{}</article>'
    ).format(
        engine.task_id,
        engine.kind,
        engine.left,
        _mark(engine.heard),
        scene.t("dispatch.junctions"),
        lights,
        scene.t("dispatch.wave"),
        time_space(scene, engine),
    )


def _mark(mark: Mark) -> Markup:
    return badge(mark.tone, mark.word)
