"""The start page: the figures of the day, each leading to the cases behind it."""

from fastapi import Request
from markupsafe import Markup

from central.screens.components.figures import Figure, figure_card, figure_group
from central.screens.components.times import now_clock
from central.screens.desk import Board, desk_page, enter
from central.screens.paper import Paper
from central.screens.roles import CASE_READERS
from central.screens.scene import Scene
from central.screens.views.start import LeftShare, StartView, without_cases

EVERY_S = 5.0


def add_start_page(paper: Paper) -> None:
    """Serve `/`."""
    parts = paper.parts

    @desk_page(paper, "/")
    async def start(request: Request) -> None:
        desk = await enter(parts, request)
        denied = bool(request.query_params.get("denied"))
        with desk.page("start.title", "/"):
            board = Board(desk, parts.cases.start, every_s=EVERY_S)
            opens_cases = desk.visitor.user.role in CASE_READERS
            board.part(lambda scene, view: draw_start(scene, view if opens_cases else without_cases(view), denied=denied))
            board.start()


def draw_start(scene: Scene, view: StartView, *, denied: bool = False) -> Markup:
    """The share first, then the groups of figures."""
    groups = Markup("").join(figure_group(group.title, group.figures) for group in view.groups)
    warning = Markup('<div class="notice" role="alert">{}</div>').format(scene.t("state.denied")) if denied else ""
    return Markup('<div class="stack">{}<div class="head"><h1>{}</h1>{}</div>{}{}</div>').format(
        warning, scene.t("start.title"), now_clock(scene), _share(scene, view.share), groups
    )


def _share(scene: Scene, share: LeftShare) -> Markup:
    label = scene.t("start.share_simulated" if share.simulated else "start.share")
    if share.percent is None:
        return figure_card(Figure(label, "–", share.href, scene.t("start.share_none")), lead=True)
    note = scene.t("start.share_note", left=share.left, warned=share.warned)
    return figure_card(Figure(label, f"{share.percent:.1f} %", share.href, note), share_percent=share.percent, lead=True)
