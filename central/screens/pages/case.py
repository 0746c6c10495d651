"""One case: pictures side by side, what is checked and what is missing, what comes next in two keystrokes, and who did what."""

from fastapi import Request
from nicegui import events, run, ui

from central.screens.components.sheet import Sheet
from central.screens.desk import Board, Desk, desk_page, enter
from central.screens.pages.case_drawing import draw_aside, draw_head, draw_like, draw_pictures
from central.screens.pages.case_sheet import CaseSheets
from central.screens.pages.case_work import draw_said, draw_trail, draw_work
from central.screens.pages.sheet import SheetDialog, show_keys
from central.screens.paper import Paper
from central.screens.reading.looking import Looking
from central.screens.roles import CASE_READERS
from central.screens.views.case import CaseView
from central.screens.views.queue import QueueQuery

EVERY_S = 5.0
_CLICKED = "(e) => { const b = e.target.closest('[data-sheet]'); b && emit(b.dataset.sheet) }"


def add_case_page(paper: Paper) -> None:
    """Serve `/cases/<id>`."""
    parts = paper.parts

    @desk_page(paper, "/cases/{case_id}")
    async def case(request: Request, case_id: str) -> None:
        desk = await enter(parts, request, CASE_READERS, reason_needed=True)
        await run.io_bound(parts.looks.look, desk.visitor.user, f"case/{case_id}", desk.visitor.why)
        with desk.page("case.title", "/queue"):
            query = QueueQuery.from_address(request.query_params)
            CasePage(desk, Looking(case_id, desk.visitor.user, desk.visitor.reason, query)).build()


class CasePage:
    """The parts of the page and its keys."""

    def __init__(self, desk: Desk, looking: Looking) -> None:
        self._desk = desk
        self._board: Board[CaseView] = Board(desk, lambda scene: desk.parts.cases.case(scene, looking), every_s=EVERY_S)
        sheets = CaseSheets(desk.parts.doing, looking.case_id)
        self._sheet = SheetDialog(desk, sheets.carry_out, self._board.refresh)

    def build(self) -> None:
        """Lay the parts out and listen to keys and clicks."""
        board = self._board
        board.part(draw_head)
        with ui.element("div").classes("case"):
            with ui.element("div").classes("stack"):
                for draw in (draw_like, draw_said, draw_pictures, draw_aside, draw_trail):
                    board.part(draw)
            board.part(draw_work, classes="decision").on("click", self._clicked, js_handler=_CLICKED)
        ui.keyboard(self._pressed, repeating=False, ignore=["input", "select", "textarea"])
        board.start()

    def _clicked(self, event: events.GenericEventArguments) -> None:
        view = self._board.view
        self._open(view.sheet(str(event.args)) if view is not None else None)

    def _pressed(self, event: events.KeyEventArguments) -> None:
        if not event.action.keydown or event.modifiers.ctrl or event.modifiers.meta or event.modifiers.alt or self._sheet.open:
            return
        view, key = self._board.view, str(event.key.name)
        if key == "?":
            show_keys(self._desk.scene())
        elif view is None:
            ui.notify(self._desk.scene().t("state.loading"))
        elif key in {"j", "k"}:
            href = view.next_href if key == "j" else view.previous_href
            if href:
                ui.navigate.to(href)
        elif key in {"a", "v", "h"} or key.isdecimal():
            self._open(view.sheet_of_letter(key))

    def _open(self, sheet: Sheet | None) -> None:
        if sheet is None:
            ui.notify(self._desk.scene().t("act.none.not_now"))
        else:
            self._sheet.show(sheet)
