"""The queue of cases: search, filters that live in the address, and pages that the server cuts."""

from fastapi import Request
from markupsafe import Markup
from nicegui import run

from central.audit.service import LookAction
from central.screens.components.filters import Choice, Filter, filter_bar, pager, tab_bar
from central.screens.components.marks import badge, red_light
from central.screens.components.plate import plate
from central.screens.components.states import empty
from central.screens.components.table import Cell, table
from central.screens.components.times import limit, moment
from central.screens.desk import Board, desk_page, enter
from central.screens.paper import Paper
from central.screens.roles import CASE_READERS
from central.screens.scene import Scene
from central.screens.views.queue import AGES, FOR_A_PERSON, CaseRow, QueueQuery, QueueView

EVERY_S = 5.0


def add_queue_page(paper: Paper) -> None:
    """Serve `/queue`."""
    parts = paper.parts

    @desk_page(paper, "/queue")
    async def queue(request: Request) -> None:
        desk = await enter(parts, request, CASE_READERS, reason_needed=True)
        visitor = desk.visitor
        query = QueueQuery.from_address(request.query_params)
        await run.io_bound(parts.looks.look, visitor.user, "cases", visitor.why, LookAction.SEARCH, query.words())
        with desk.page("queue.title", "/queue"):
            board = Board(desk, lambda scene: parts.cases.queue(scene, query, visitor.user), every_s=EVERY_S)
            board.part(draw_filters)
            board.part(draw_list)
            board.start()


def draw_filters(scene: Scene, view: QueueView) -> Markup:
    """Title, tabs, search and filters."""
    query = view.query
    ages = tuple(Choice(age, scene.t.count("queue.older", int(age))) for age in AGES)
    filters = (
        Filter("state", scene.t("queue.state"), query.state, view.states),
        Filter("zone", scene.t("queue.zone"), query.zone, view.zones),
        Filter("camera", scene.t("queue.camera"), query.behind.camera, view.cameras),
        Filter("authority", scene.t("queue.authority"), query.authority, view.authorities),
        Filter("age", scene.t("queue.age"), query.age, ages),
        Filter("red", scene.t("queue.red"), query.red, (Choice("yes", scene.t("deadline.red_light")),)),
        Filter("day", scene.t("queue.day"), query.day, (Choice("today", scene.t("queue.today")),)),
    )
    kept = query.behind.filters() | {"camera": "", "task": query.task}  # the camera has a filter of its own
    return Markup('<div class="stack"><h1>{}</h1>{}{}{}</div>').format(
        scene.t("queue.title"),
        tab_bar(scene, view.tabs),
        _behind(scene, query),
        filter_bar(scene, "/queue", query.search, filters, kept),
    )


def _behind(scene: Scene, query: QueueQuery) -> Markup:
    """Says which figure's cases these are, with the way back."""
    behind = query.behind
    shown = [scene.t(f"supervision.counted.{behind.counted}")] if behind.counted else []
    shown += [f"{behind.since} – {behind.until}"] if behind.since or behind.until else []
    shown += [scene.t("supervision.hour", hour=int(behind.hour))] if behind.hour else []
    shown += [text for text in (behind.ground,) if text]
    if not shown:
        return Markup("")
    return Markup('<p class="behind"><strong>{}</strong> {} <a href="/queue">{}</a></p>').format(
        scene.t("queue.behind"), " · ".join(shown), scene.t("queue.behind_all")
    )


def draw_list(scene: Scene, view: QueueView) -> Markup:
    """The rows, or what to do when there are none."""
    if not view.rows:
        return _nothing(scene, view.query)
    headings = [scene.t(f"queue.column.{name}") for name in ("case", "plate", "place", "state", "since", "due")]
    return Markup('<div class="stack" data-list><p class="muted">{}<span class="by-keys"> · {}</span></p>{}{}</div>').format(
        scene.t.count("queue.count", view.total),
        scene.t("queue.keys"),
        table(headings, (_cells(scene, row) for row in view.rows)),
        pager(scene, "/queue", view.query.filters(), view.query.page, view.pages),
    )


def _nothing(scene: Scene, query: QueueQuery) -> Markup:
    if query.task or query.state == FOR_A_PERSON:
        return empty(scene.t("queue.done.title"), scene.t("queue.done.detail"), "/queue", scene.t("queue.everything"))
    if query.narrowed or query.page > 1:
        title, detail = scene.t("queue.none_found.title"), scene.t("queue.none_found.detail")
        return empty(title, detail, "/queue", scene.t("filter.clear"))
    return empty(scene.t("queue.empty.title"), scene.t("queue.empty.detail"))


def _cells(scene: Scene, row: CaseRow) -> tuple[Cell, ...]:
    lamp = red_light(scene) if row.red_light else Markup("")
    return (
        Markup('<a class="row" href="{}">{}</a>').format(row.href, row.number),
        plate(scene, row.plate, row.plate_colour),
        row.place,
        badge(row.tone, row.state) + lamp,
        moment(scene, row.since),
        limit(scene, row.due_at),
    )
