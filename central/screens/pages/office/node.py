"""`/administration/nodes/SITE/NODE`: what a node says of itself, its last hours, and what can be asked of it."""

from collections.abc import Iterator

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup
from nicegui import ui

from central.errors import Problem, Unprocessable
from central.nodes.asking import Asking, AskKind
from central.screens.components.filters import address
from central.screens.components.marks import badge
from central.screens.components.sparkline import sparkline
from central.screens.components.table import Cell, table
from central.screens.components.times import moment
from central.screens.desk import Board, desk_page, enter
from central.screens.once import form_name
from central.screens.pages.office.forms import Sent, administrator
from central.screens.paper import Paper
from central.screens.reading.node import NodeDesk
from central.screens.roles import ADMINISTRATORS
from central.screens.scene import Scene
from central.screens.theme import Tone
from central.screens.views.node import CameraLine, CommandLine, NodeView

HERE = "/administration/nodes"
EVERY_S = 3.0
LENGTHS_S = (10, 30, 60, 120)


def node_routes(paper: Paper, desk: NodeDesk) -> APIRouter:
    """The form that gives a command."""
    router = paper.router()

    @router.post(f"{HERE}/{{site}}/{{node}}/ask")
    def take(request: Request, site: str, node: str, sent: Sent) -> Response:
        visitor = administrator(paper.parts, request)
        here = f"{HERE}/{site}/{node}"
        try:
            desk.ask(visitor.user, _asking(site, node, sent))
        except Problem as error:
            return RedirectResponse(address(here, {"problem": str(error)[:300]}), status_code=303)
        return RedirectResponse(address(here, {"asked": "1"}), status_code=303)

    return router


def _asking(site: str, node: str, sent: Sent) -> Asking:
    kind, seconds = sent.get("kind", ""), sent.get("seconds", "10")
    if kind not in set(AskKind) or not seconds.isdecimal() or int(seconds) not in LENGTHS_S:
        raise Unprocessable("choose what to ask the node for")
    return Asking(site, node, AskKind(kind), sent.get("reason", ""), sent.get("camera", ""), float(seconds))


def add_node_page(paper: Paper, desk: NodeDesk) -> None:
    """Serve the page."""
    parts = paper.parts

    @desk_page(paper, f"{HERE}/{{site}}/{{node}}")
    async def page(request: Request, site: str, node: str, problem: str = "", asked: str = "") -> None:
        visitor = await enter(parts, request, ADMINISTRATORS)
        with visitor.page("diagnosis.title", "/nodes"):
            board = Board(visitor, lambda scene: desk.view(scene, site, node), every_s=EVERY_S)
            board.part(draw_head)
            if problem or asked:
                ui.html(str(draw_said(visitor.scene(), problem)), sanitize=False)
            form = _Form(site, node)
            board.part(form.draw)
            board.part(draw_commands)
            board.part(draw_cameras)
            board.part(draw_curves)
            board.part(draw_stages)
            board.start()


class _Form:
    """The form that asks the node; drawn once its cameras are known, and then left alone while somebody types."""

    def __init__(self, site: str, node: str) -> None:
        self._action = f"{HERE}/{site}/{node}/ask"
        self._drawn = Markup("")
        self._cameras: tuple[str, ...] = ()

    def draw(self, scene: Scene, view: NodeView) -> Markup:
        """The form as it was, unless the node has other cameras."""
        if not self._drawn or view.camera_names != self._cameras:
            self._cameras, self._drawn = view.camera_names, self._made(scene, view.camera_names)
        return self._drawn

    def _made(self, scene: Scene, cameras: tuple[str, ...]) -> Markup:
        options = Markup("").join(Markup("<option>{}</option>").format(camera) for camera in cameras)
        lengths = Markup("").join(
            Markup('<option value="{}">{}</option>').format(length, scene.t("diagnosis.seconds", n=length))
            for length in LENGTHS_S
        )
        buttons = Markup("").join(
            Markup('<button class="button{}" type="submit" name="kind" value="{}">{}</button>').format(
                "" if kind.shows else " plain", kind.value, scene.t(f"diagnosis.ask.{kind.word}")
            )
            for kind in AskKind
        )
        return Markup(
            '<form class="office card" method="post" action="{}">{}<h2>{}</h2><p class="muted">{}</p><div class="grid">'
            '<label><span>{}</span><select name="camera">{}</select></label>'
            '<label><span>{}</span><select name="seconds">{}</select></label>'
            '<label><span>{}</span><input name="reason" required minlength="2" maxlength="500" autocomplete="off"></label></div>'
            '<div class="marks">{}</div></form>'
        ).format(
            self._action,
            form_name(),
            scene.t("diagnosis.ask_title"),
            scene.t("diagnosis.ask_about"),
            scene.t("office.column.camera"),
            options,
            scene.t("diagnosis.length"),
            lengths,
            scene.t("office.reason"),
            buttons,
        )


def draw_head(scene: Scene, view: NodeView) -> Markup:
    """Name, state, ways to other pages, facts."""
    facts = Markup("").join(Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(name, value) for name, value in view.facts)
    return Markup(
        '<div class="stack tight"><div class="head"><h1>{} {}</h1><span class="marks">{}{}</span></div>'
        '<span class="marks"><a class="button plain" href="/administration/zones/{}">{}</a>{}<a href="/nodes">{}</a>'
        '<span class="muted">{} {}</span></span><dl class="card node-facts">{}</dl></div>'
    ).format(
        scene.t("diagnosis.title"),
        view.name,
        badge(view.tone, view.status),
        moment(scene, view.since),
        view.path,
        scene.t("zones.link"),
        badge(view.config_tone, view.config),
        scene.t("nav.nodes"),
        scene.t("diagnosis.told"),
        moment(scene, view.health_at),
        facts,
    )


def draw_said(scene: Scene, problem: str) -> Markup:
    """What became of the form that was sent."""
    if problem:
        return Markup('<p class="notice tone-alarm" role="alert">{} {}</p>').format(scene.t("diagnosis.refused"), problem)
    return Markup('<p class="said" role="status">{}</p>').format(scene.t("diagnosis.asked"))


def draw_commands(scene: Scene, view: NodeView) -> Markup:
    """What people asked, latest first."""
    headings = [scene.t(f"diagnosis.column.{name}") for name in ("what", "status", "answer", "by")]
    return _section(scene, "diagnosis.commands", headings, (_command(scene, line) for line in view.commands))


def draw_cameras(scene: Scene, view: NodeView) -> Markup:
    """How each camera's stream runs."""
    names = ("camera", "state", "rates", "delay", "losses", "restarts")
    headings = [scene.t(f"diagnosis.column.{name}") for name in names]
    return _section(scene, "diagnosis.cameras", headings, (_camera(scene, line) for line in view.cameras))


def draw_stages(scene: Scene, view: NodeView) -> Markup:
    """Where a picture spends its time."""
    headings = [scene.t(f"diagnosis.column.{name}") for name in ("stage", "mean", "p95")]
    return _section(scene, "diagnosis.stages", headings, ((line.stage, line.mean, line.p95) for line in view.stages))


def draw_curves(scene: Scene, view: NodeView) -> Markup:
    """The last hours."""
    least, largest = scene.t("diagnosis.least"), scene.t("diagnosis.largest")
    curves = Markup("").join(sparkline(curve, least, largest) for curve in view.curves)
    nothing = Markup('<p class="muted">{}</p>').format(scene.t("diagnosis.nothing"))
    body = Markup('<div class="sparks">{}</div>').format(curves) if curves else nothing
    return Markup('<section class="card stack tight"><h2>{}</h2>{}</section>').format(scene.t("diagnosis.hours"), body)


def _section(scene: Scene, title: str, headings: list[str], rows: Iterator[tuple[Cell, ...]]) -> Markup:
    lines = list(rows)
    body = table(headings, lines) if lines else Markup('<p class="muted">{}</p>').format(scene.t("diagnosis.nothing"))
    return Markup('<section class="stack tight"><h2>{}</h2>{}</section>').format(scene.t(title), body)


def _camera(scene: Scene, line: CameraLine) -> tuple[Cell, ...]:
    state = Markup("{} {} {}").format(badge(line.tone, line.state), moment(scene, line.since), line.detail)
    return (line.name, state, line.rates, line.delay, line.losses, line.restarts)


def _command(scene: Scene, line: CommandLine) -> tuple[Cell, ...]:
    answer = Markup("{} ").format(line.detail) if line.detail else Markup("")
    if line.href is not None:
        answer += Markup('<a href="{}" target="_blank" rel="noopener">{}</a>').format(line.href, scene.t("diagnosis.open"))
    if line.findings:
        answer += Markup('<ul class="findings">{}</ul>').format(
            Markup("").join(
                Markup("<li>{} {}: {}</li>").format(
                    badge(Tone.DONE if one.ok else Tone.WARNING, scene.t("diagnosis.ok" if one.ok else "diagnosis.not_ok")),
                    one.part,
                    one.detail,
                )
                for one in line.findings
            )
        )
    status = Markup("{} {}").format(badge(line.tone, line.status), moment(scene, line.at))
    return (line.what, status, answer or "–", Markup("{} <span class='muted'>{}</span>").format(line.by, line.reason))
