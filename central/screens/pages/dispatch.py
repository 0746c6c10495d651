"""The dispatcher's board: where each engine is, which junction is next, whether anything refuses. Dark, for a wall."""

from fastapi import Request
from markupsafe import Markup
from nicegui import events, run, ui

from central.dispatch.escort.course import Act
from central.screens.components.filters import Choice
from central.screens.components.marks import badge
from central.screens.components.roads import road_map, time_space
from central.screens.components.sheet import Sheet
from central.screens.components.states import empty
from central.screens.components.times import moment, now_clock
from central.screens.desk import Board, Desk, desk_page, enter
from central.screens.pages.sheet import Confirmed, SheetDialog, WrongFieldsError, show_keys
from central.screens.paper import Paper
from central.screens.reading.looks import Why
from central.screens.roles import DISPATCHERS
from central.screens.scene import Scene
from central.screens.sheets.fields import Field, Widget, field_label
from central.screens.views.dispatch import BoardView, CallRow, EngineView, Mark
from central.users.roles import Role

EVERY_S = 1.0
CANCELLERS = frozenset({Role.DISPATCHER, Role.SIGNAL_POLICE})
CANCEL_REASONS = ("false_alarm", "stood_down", "mistake", "signals")
_CLICKED = "(e) => { const b = e.target.closest('[data-cancel]'); b && emit(b.dataset.cancel) }"


def add_dispatch_page(paper: Paper) -> None:
    """Serve `/dispatch`."""
    parts = paper.parts

    @desk_page(paper, "/dispatch", dark=True)
    async def dispatch(request: Request) -> None:
        desk = await enter(parts, request, DISPATCHERS)
        await run.io_bound(parts.looks.look, desk.visitor.user, "escorts", Why(desk.scene().t("dispatch.purpose")))
        with desk.page("dispatch.title", "/dispatch", wall=True):
            DispatchPage(desk).build()


class DispatchPage:
    """The parts of the board, and the one key that gives every signal of a task back."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._board: Board[BoardView] = Board(desk, desk.parts.dispatch.board, every_s=EVERY_S)
        self._sheet = SheetDialog(desk, self._cancel, self._board.refresh)

    def build(self) -> None:
        """Lay the parts out and listen to keys and clicks."""
        self._board.part(draw_head)
        with ui.element("div").classes("board"):
            with ui.element("section").classes("stack"):
                self._board.part(self._draw_calls).on("click", self._clicked, js_handler=_CLICKED)
            with ui.element("section").classes("stack"):
                self._board.part(draw_map)
                self._board.part(draw_engines)
        ui.keyboard(self._pressed, repeating=False, ignore=["input", "select", "textarea"])
        self._board.start()

    @property
    def _may_cancel(self) -> bool:
        return self._desk.visitor.user.role in CANCELLERS

    def _draw_calls(self, scene: Scene, view: BoardView) -> Markup:
        return draw_calls(scene, view, may_cancel=self._may_cancel)

    def _clicked(self, event: events.GenericEventArguments) -> None:
        self._ask(str(event.args))

    def _pressed(self, event: events.KeyEventArguments) -> None:
        if not event.action.keydown or event.modifiers.ctrl or event.modifiers.meta or event.modifiers.alt or self._sheet.open:
            return
        if str(event.key.name) == "?":
            show_keys(self._desk.scene(), ("cancel_task", "question"))
        elif str(event.key.name) == "c":
            self._ask()

    def _ask(self, task_id: str = "") -> None:
        scene, view = self._desk.scene(), self._board.view
        calls = [] if view is None or not self._may_cancel else [call for call in view.calls if call.cancellable]
        if not calls:
            ui.notify(scene.t("dispatch.cancel.nothing"))
            return
        self._sheet.show(cancel_sheet(scene, calls, task_id))

    def _cancel(self, confirmed: Confirmed) -> None:
        task_id, reason = (str(confirmed.form.get(name, "")) for name in ("task", "reason"))
        if not task_id or reason not in CANCEL_REASONS:
            raise WrongFieldsError(("task",) if not task_id else ("reason",))
        words = self._desk.scene().t(f"dispatch.cancel.reason.{reason}")
        self._desk.parts.dispatch.act(confirmed.user, task_id, Act.CANCEL, words)


def cancel_sheet(scene: Scene, calls: list[CallRow], task_id: str) -> Sheet:
    """Which task, and why; a task is chosen beforehand only where it was clicked or there is no other, and then stands last."""
    chosen = task_id or (calls[0].id if len(calls) == 1 else "")
    tasks = tuple(Choice(call.id, " ".join(filter(None, (call.kind, call.place, call.engine)))) for call in calls)
    reasons = tuple(Choice(reason, scene.t(f"dispatch.cancel.reason.{reason}")) for reason in CANCEL_REASONS)
    which = Field("task", field_label(scene, "task"), Widget.CHOICE, required=True, value=chosen, choices=tasks)
    why = Field("reason", field_label(scene, "reason"), Widget.CHOICE, required=True, choices=reasons)
    return Sheet(
        key="cancel",
        title=scene.t("dispatch.task.cancel"),
        happens=(scene.t("dispatch.task.cancel_happens"),),
        fields=(why, which) if chosen else (which, why),
        done=scene.t("dispatch.cancel.done"),
        danger=True,
    )


def draw_head(scene: Scene, _view: BoardView) -> Markup:
    """Title and the server's clock."""
    return Markup('<div class="head"><h1>{}</h1>{}</div>').format(scene.t("dispatch.title"), now_clock(scene))


def draw_calls(scene: Scene, view: BoardView, *, may_cancel: bool) -> Markup:
    """The list of calls, those that live first, each with what ends its signals."""
    if not view.calls:
        return empty(scene.t("dispatch.empty.title"), scene.t("dispatch.empty.detail"))
    rows = Markup("").join(_call(scene, row, may_cancel=may_cancel) for row in view.calls)
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


def _call(scene: Scene, row: CallRow, *, may_cancel: bool) -> Markup:
    marks = [row.state, row.consent] if row.live else [row.state]
    cancel = Markup('<button class="button plain" type="button" data-cancel="{}">{} <kbd>C</kbd></button>').format(
        row.id, scene.t("dispatch.task.cancel")
    )
    return Markup(
        '<li class="card stack"><a href="/dispatch/{}"><strong>{} · {}</strong><span class="marks">{}</span><span>{} {}</span>'
        '<span class="muted">{}</span></a>{}</li>'
    ).format(
        row.id,
        row.kind,
        row.place,
        Markup("").join(map(_mark, marks)),
        row.engine,
        row.what,
        moment(scene, row.called_at),
        cancel if may_cancel and row.cancellable else "",
    )


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
