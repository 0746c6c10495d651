"""The supervisor's page: plots, the same as tables, every figure with the way to its cases; printable."""

from fastapi import Request
from markupsafe import Markup
from nicegui import ui

from central.cases.calendar import beijing_day
from central.screens.components.figures import Figure, figure_card, figure_group
from central.screens.components.filters import Choice
from central.screens.components.marks import badge, red_light
from central.screens.components.plots import share_plot
from central.screens.components.states import empty
from central.screens.components.table import Cell, table
from central.screens.components.times import limit, moment
from central.screens.desk import Board, Desk, desk_page, enter
from central.screens.paper import Paper
from central.screens.roles import SUPERVISORS
from central.screens.scene import Scene
from central.screens.theme import Tone
from central.screens.views.supervision import HERE, Asked, Bar, PlaceRow, StepRow, SupervisionView

EVERY_S = 30.0


def add_supervision_page(paper: Paper) -> None:
    """Serve `/supervision`."""
    parts = paper.parts

    @desk_page(paper, HERE)
    async def supervision(request: Request) -> None:
        desk = await enter(parts, request, SUPERVISORS)
        asked = Asked.from_address(request.query_params, beijing_day(parts.clock.now()))
        with desk.page("supervision.title", HERE):
            build(desk, asked)


def build(desk: Desk, asked: Asked) -> None:
    """Figures, plots and tables, read anew while the page is open."""
    board = Board(desk, lambda scene: desk.parts.supervision.view(scene, asked), every_s=EVERY_S)
    board.part(draw_top)
    with ui.element("div").classes("columns plots"):
        plots = tuple(ui.echart({}, renderer="svg").classes("plot") for _ in range(3))

    def show(view: SupervisionView) -> None:
        scene = desk.scene()
        for plot, name, bars in zip(plots, ("week", "hour", "zone"), (view.weeks, view.hours, view.zones), strict=True):
            plot.set_visibility(not view.empty)
            options = share_plot(scene, scene.t(f"supervision.by.{name}"), bars)
            if plot.options != options:
                plot.options.clear()
                plot.options.update(options)

    board.arrange(show)
    board.part(draw_tables)
    board.start()


def draw_top(scene: Scene, view: SupervisionView) -> Markup:
    """Title, period, the share, and the groups of figures."""
    groups = Markup("").join(figure_group(title, figures) for title, figures in view.groups)
    return Markup(
        '<div class="stack"><div class="head"><h1>{}</h1><a class="button plain" href="{}">{}</a></div>{}{}{}</div>'
    ).format(
        scene.t("supervision.title"),
        view.table_href,
        scene.t("supervision.take_along"),
        _period_form(scene, view),
        _lead(scene, view),
        groups,
    )


def _lead(scene: Scene, view: SupervisionView) -> Markup:
    label = scene.t("supervision.share_simulated" if view.simulated else "supervision.share")
    share = view.share.share
    if share.percent is None:
        return figure_card(Figure(label, "–", view.share.href, scene.t("supervision.share_none")), lead=True)
    note = scene.t("start.share_note", left=share.left, warned=share.warned)
    return figure_card(Figure(label, view.share.percent_text, view.share.href, note), share_percent=share.percent, lead=True)


def _period_form(scene: Scene, view: SupervisionView) -> Markup:
    asked = view.asked
    return Markup(
        '<form class="filters" method="get" action="{}"><label><span>{}</span><input type="date" name="since" value="{}"></label>'
        '<label><span>{}</span><input type="date" name="until" value="{}"></label>{}{}'
        '<button class="button" type="submit">{}</button><a class="button plain" href="{}">{}</a></form>'
    ).format(
        HERE,
        scene.t("supervision.since"),
        asked.period.first.isoformat(),
        scene.t("supervision.until"),
        asked.period.last.isoformat(),
        _choice(scene, "zone", "queue.zone", asked.zone, view.zone_choices),
        _choice(scene, "camera", "case.fact.camera", str(asked.camera), view.camera_choices),
        scene.t("supervision.show"),
        HERE,
        scene.t("filter.clear"),
    )


def _choice(scene: Scene, name: str, label: str, chosen: str, choices: tuple[Choice, ...]) -> Markup:
    options = Markup("").join(
        Markup('<option value="{}"{}>{}</option>').format(
            choice.value, Markup(" selected") if choice.value == chosen else "", choice.word
        )
        for choice in (Choice("", scene.t("filter.all")), *choices)
    )
    return Markup('<label><span>{}</span><select name="{}">{}</select></label>').format(scene.t(label), name, options)


def draw_tables(scene: Scene, view: SupervisionView) -> Markup:
    """The plots as tables, places, voids, open steps, cameras without papers."""
    if view.empty:
        shares = empty(scene.t("supervision.empty.title"), scene.t("supervision.empty.detail"))
    else:
        shares = Markup('<div class="columns">{}{}{}</div>{}{}').format(
            _bars(scene, "week", view.weeks),
            _bars(scene, "hour", tuple(bar for bar in view.hours if bar.share.warned)),
            _bars(scene, "zone", view.zones),
            _section(scene.t("supervision.places"), scene.t("supervision.places_note"), _places(scene, view.places)),
            _section(scene.t("supervision.voids"), "", _voids(scene, view)),
        )
    return Markup('<div class="stack">{}{}{}</div>').format(
        shares,
        _section(scene.t("supervision.steps"), scene.t("supervision.steps_note"), _steps(scene, view.steps)),
        _section(scene.t("supervision.without"), scene.t("supervision.without_note"), _without(scene, view)),
    )


def _section(title: str, note: str, body: Markup) -> Markup:
    about = Markup('<p class="muted">{}</p>').format(note) if note else Markup("")
    return Markup('<section class="stack tight"><h2>{}</h2>{}{}</section>').format(title, about, body)


def _link(href: str, text: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(href, text)


def _bars(scene: Scene, name: str, bars: tuple[Bar, ...]) -> Markup:
    columns = tuple(scene.t(f"supervision.column.{key}") for key in ("share", "left", "warned"))
    headings = [scene.t(f"supervision.by_short.{name}"), *columns]
    rows = ((bar.name, bar.percent_text, str(bar.share.left), _link(bar.href, str(bar.share.warned))) for bar in bars)
    return _section(scene.t(f"supervision.by.{name}"), "", table(headings, rows))


def _places(scene: Scene, places: tuple[PlaceRow, ...]) -> Markup:
    names = ("zone", "camera", "share", "stops", "warned", "failed", "voided", "objections", "upheld")
    headings = [scene.t(f"supervision.column.{name}") for name in names]
    rows = (
        (row.zone, row.camera, _link(row.share.href, row.share.percent_text), *(_link(href, count) for count, href in row.counts))
        for row in places
    )
    return table(headings, rows)


def _voids(scene: Scene, view: SupervisionView) -> Markup:
    if not view.voids:
        return Markup("<p>{}</p>").format(scene.t("supervision.voids_none"))
    headings = [scene.t("supervision.column.ground"), scene.t("supervision.column.cases")]
    return table(headings, ((title, _link(href, str(count))) for title, count, href in view.voids))


def _steps(scene: Scene, steps: tuple[StepRow, ...]) -> Markup:
    if not steps:
        return Markup("<p>{}</p>").format(scene.t("supervision.steps_none"))
    headings = [scene.t(f"supervision.column.{name}") for name in ("step", "cases", "red", "oldest", "due")]
    return table(headings, (_step(scene, step) for step in steps))


def _step(scene: Scene, step: StepRow) -> tuple[Cell, ...]:
    lamp = red_light(scene) + _link(step.red_href, str(step.red_lights)) if step.red_lights else Markup("–")
    return (
        step.title,
        _link(step.href, str(step.cases)),
        lamp,
        moment(scene, step.oldest_at),
        limit(scene, step.next_due_at),
    )


def _without(scene: Scene, view: SupervisionView) -> Markup:
    if not view.without:
        return badge(Tone.DONE, scene.t("supervision.without_none"))
    headings = [scene.t(f"supervision.column.{name}") for name in ("camera", "place", "missing")]
    return table(headings, ((_link(row.href, row.name), row.place, row.missing) for row in view.without))
