"""One case: pictures side by side, what is checked and what is missing, and the decision in two keystrokes."""

from fastapi import Request
from fastapi.responses import Response
from nicegui import events, run, ui

from central.screens.desk import Board, Desk, desk_page, enter
from central.screens.pages.case_drawing import draw_aside, draw_decision, draw_head, draw_pictures
from central.screens.pages.decision import DecisionSheet, show_keys
from central.screens.paper import Paper
from central.screens.reading.cases import Looking
from central.screens.roles import CASE_READERS
from central.screens.views.case import CaseView, Decision
from central.screens.views.queue import QueueQuery

EVERY_S = 5.0


def add_case_page(paper: Paper) -> None:
    """Serve `/cases/<id>`."""
    parts = paper.parts

    @desk_page(paper, "/cases/{case_id}")
    async def case(request: Request, case_id: str) -> Response | None:
        desk = await enter(parts, request, CASE_READERS, reason_needed=True)
        if isinstance(desk, Response):
            return desk
        await run.io_bound(parts.looks.look, desk.visitor.user, f"case/{case_id}", desk.visitor.reason)
        with desk.page("case.title", "/queue"):
            query = QueueQuery.from_address(request.query_params)
            CasePage(desk, Looking(case_id, desk.visitor.user, desk.visitor.reason, query)).build()
        return None


class CasePage:
    """The parts of the page and its keys."""

    def __init__(self, desk: Desk, looking: Looking) -> None:
        self._desk = desk
        self._board: Board[CaseView] = Board(desk, lambda scene: desk.parts.cases.case(scene, looking), every_s=EVERY_S)
        self._sheet = DecisionSheet(desk, looking.case_id, self._board.refresh)

    def build(self) -> None:
        """Lay the parts out and listen to keys and clicks."""
        board = self._board
        board.part(draw_head)
        with ui.element("div").classes("case"):
            with ui.element("div").classes("stack"):
                board.part(draw_pictures)
                board.part(draw_aside)
            board.part(draw_decision, classes="decision").on(
                "click",
                self._clicked,
                js_handler="(e) => { const b = e.target.closest('[data-decision]'); b && emit(b.dataset.decision) }",
            )
        ui.keyboard(self._pressed, repeating=False, ignore=["input", "select", "textarea"])
        board.start()

    def _clicked(self, event: events.GenericEventArguments) -> None:
        if event.args in set(Decision):
            self._open(Decision(event.args))

    def _pressed(self, event: events.KeyEventArguments) -> None:
        if not event.action.keydown or event.modifiers.ctrl or event.modifiers.meta or event.modifiers.alt or self._sheet.open:
            return
        view = self._board.view
        match event.key.name:
            case "a":
                self._open(Decision.APPROVE)
            case "v":
                self._open(Decision.VOID)
            case "h":
                self._open(Decision.HANDLE)
            case "?":
                show_keys(self._desk.scene())
            case "j" if view is not None and view.next_href:
                ui.navigate.to(view.next_href)
            case "k" if view is not None and view.previous_href:
                ui.navigate.to(view.previous_href)

    def _open(self, decision: Decision) -> None:
        view = self._board.view
        offer = view.offer(decision) if view is not None else None
        if view is None or offer is None:
            scene = self._desk.scene()
            ui.notify(view.why_no_offer if view is not None else scene.t("state.loading"))
            return
        self._sheet.show(view, offer)
