"""The sheet that says what a decision will do and takes the one confirming keystroke."""

from collections.abc import Awaitable, Callable

import structlog
from markupsafe import Markup
from nicegui import events, run, ui

from central.errors import Conflict, Forbidden, Unauthorized, Unprocessable
from central.screens.desk import Desk
from central.screens.scene import Scene
from central.screens.views.case import CaseView, Decision, GroundChoice, Offer, Verdict
from yuhang.errors import YuhangError

log = structlog.get_logger(__name__)

_READ_FORM = "(e) => { e.preventDefault(); emit(Object.fromEntries(new FormData(e.target))) }"
_NOTE_LENGTH = 300
_KEY_LINES = ("a", "v", "h", "j", "k", "question")


class DecisionSheet:
    """One dialog, filled anew for each decision. It is an ordinary form, so Enter confirms and Escape leaves."""

    def __init__(self, desk: Desk, case_id: str, decided: Callable[[], Awaitable[None]]) -> None:
        self._desk = desk
        self._case_id = case_id
        self._decided = decided
        self._offer: Offer | None = None
        self._version = 0
        self._deciding = False
        with ui.dialog() as self._dialog, ui.element("form").classes("sheet") as self._form:
            self._content = ui.html("", sanitize=False)
        self._form.on("submit", self._submitted, js_handler=_READ_FORM)
        self._form.on("reset", self._dialog.close)

    @property
    def open(self) -> bool:
        """Whether the sheet is in front, so that the page's own keys rest."""
        return bool(self._dialog.value)

    def show(self, view: CaseView, offer: Offer) -> None:
        """Say what will happen and wait for the confirmation."""
        self._offer, self._version = offer, view.version
        self._content.set_content(str(draw_sheet(self._desk.scene(), view, offer)))
        self._dialog.open()

    async def _submitted(self, event: events.GenericEventArguments) -> None:
        offer = self._offer
        if offer is None or self._deciding or not isinstance(event.args, dict):
            return
        verdict = Verdict(
            offer.decision,
            self._version,
            str(event.args.get("ground", "")),
            str(event.args.get("note", "")).strip()[:_NOTE_LENGTH],
        )
        self._deciding = True
        try:
            await run.io_bound(self._decide, verdict)
        except YuhangError as error:
            log.warning("decision_refused", case=self._case_id, decision=offer.decision.value, error=str(error))
            ui.notify(self._desk.scene().t(_refusal(error)), type="negative", timeout=0, close_button=True)
        else:
            ui.notify(self._desk.scene().t(f"decision.{offer.decision.value}.done"), type="positive")
        finally:
            self._deciding, self._offer = False, None
            self._dialog.close()
        await self._decided()

    def _decide(self, verdict: Verdict) -> None:
        user = self._desk.parts.logins.authenticate(self._desk.visitor.token)
        self._desk.parts.decisions.decide(self._case_id, user, verdict)


def _refusal(error: YuhangError) -> str:
    """The key of the words for a decision that was not taken."""
    if isinstance(error, Conflict):
        return "decision.refused.conflict"
    if isinstance(error, Unprocessable):
        return "decision.refused.incomplete"
    return "decision.refused.not_allowed" if isinstance(error, Forbidden | Unauthorized) else "decision.refused.other"


def draw_sheet(scene: Scene, view: CaseView, offer: Offer) -> Markup:
    """Title, what will happen in words, grounds for a void, and two buttons."""
    grounds = _grounds(scene, view.grounds) if offer.decision is Decision.VOID else Markup("")
    focus = Markup("") if grounds else Markup(" autofocus")
    return Markup(
        '<div class="stack"><h2>{}</h2><p>{}</p>{}<label class="note">{}<input name="note" value="{}" maxlength="{}" required'
        ' autocomplete="off"></label><div class="buttons"><button class="button plain" type="reset">{} <kbd>Esc</kbd></button>'
        '<button class="button{}" type="submit"{}>{} <kbd>Enter</kbd></button></div></div>'
    ).format(
        offer.label,
        offer.what_happens,
        grounds,
        scene.t("decision.note"),
        offer.reason,
        _NOTE_LENGTH,
        scene.t("decision.leave"),
        " danger" if offer.decision is Decision.VOID else "",
        focus,
        offer.label,
    )


def _grounds(scene: Scene, grounds: tuple[GroundChoice, ...]) -> Markup:
    """None is chosen beforehand: a ground that nobody picked would stand in the case under the reviewer's name."""
    lines = Markup("").join(
        Markup(
            '<label><input type="radio" name="ground" value="{}"{} required data-digit="{}"><kbd>{}</kbd>'
            '<span>{} <span class="muted basis">{}</span></span></label>'
        ).format(ground.name, Markup(" autofocus") if index == 1 else "", index, index, ground.title, ground.basis)
        for index, ground in enumerate(grounds, 1)
    )
    return Markup("<fieldset><legend>{}</legend>{}</fieldset>").format(scene.t("decision.ground"), lines)


def show_keys(scene: Scene) -> None:
    """The keys of this page."""
    lines = Markup("").join(
        Markup("<dt><kbd>{}</kbd></dt><dd>{}</dd>").format(scene.t(f"keys.{name}.key"), scene.t(f"keys.{name}.does"))
        for name in _KEY_LINES
    )
    with ui.dialog(value=True), ui.element("div").classes("sheet"):
        ui.html(str(Markup('<h2>{}</h2><dl class="keys">{}</dl>').format(scene.t("keys.title"), lines)), sanitize=False)
