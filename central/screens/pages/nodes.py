"""Health of nodes and cameras, for the administrator."""

from functools import partial

from fastapi import Request
from markupsafe import Markup

from central.screens.components.figures import figure_card
from central.screens.components.marks import badge
from central.screens.components.states import empty
from central.screens.components.table import Cell, table
from central.screens.components.times import moment
from central.screens.desk import Board, desk_page, enter
from central.screens.paper import Paper
from central.screens.roles import ADMINISTRATORS
from central.screens.scene import Scene
from central.screens.views.nodes import CameraRow, NodeCard, NodesView

EVERY_S = 5.0


def add_nodes_page(paper: Paper) -> None:
    """Serve `/nodes`."""
    parts = paper.parts

    @desk_page(paper, "/nodes")
    async def nodes(request: Request) -> None:
        desk = await enter(parts, request)
        administers = desk.visitor.user.role in ADMINISTRATORS
        with desk.page("nodes.title", "/nodes"):
            board = Board(desk, parts.street.nodes, every_s=EVERY_S)
            board.part(partial(draw_nodes, administers=administers))
            board.start()


def draw_nodes(scene: Scene, view: NodesView, *, administers: bool = False) -> Markup:
    """Counts first, then one card a node; who administers is led on from it."""
    figures = Markup("").join(figure_card(figure) for figure in view.figures)
    if view.nodes:
        body = Markup("").join(_node(scene, node, administers=administers) for node in view.nodes)
    else:
        body = empty(scene.t("nodes.empty.title"), scene.t("nodes.empty.detail"))
    return Markup('<div class="stack"><h1>{}</h1><div class="figures">{}</div>{}</div>').format(
        scene.t("nodes.title"), figures, body
    )


def _node(scene: Scene, node: NodeCard, *, administers: bool) -> Markup:
    facts = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(name, value) for name, value in node.facts)
    headings = [scene.t(f"nodes.column.{name}") for name in ("camera", "condition", "seen", "zones")]
    return Markup(
        '<section class="card stack"><div class="head"><h2>{}</h2><span class="marks">{}{}{}</span></div>'
        '<dl class="facts">{}</dl>{}</section>'
    ).format(
        node.name,
        badge(node.tone, node.status),
        moment(scene, node.since),
        _ways(scene, node) if administers else "",
        facts,
        table(headings, (_cells(scene, camera) for camera in node.cameras)),
    )


def _ways(scene: Scene, node: NodeCard) -> Markup:
    zones = Markup('<a class="button plain" href="/administration/zones/{}">{}</a>').format(node.path, scene.t("zones.link"))
    return zones + Markup('<a class="button plain" href="/administration/nodes/{}">{}</a>').format(
        node.path, scene.t("diagnosis.link")
    )


def _cells(scene: Scene, camera: CameraRow) -> tuple[Cell, ...]:
    return (
        camera.name,
        badge(camera.tone, camera.condition),
        moment(scene, camera.seen_at),
        scene.t.count("nodes.zones", camera.zones),
    )
