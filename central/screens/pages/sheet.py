"""The dialog of a sheet: what will happen, one confirmation; what was filled in stays where something is wrong."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog
from markupsafe import Markup
from nicegui import events, run, ui

from central.errors import Conflict, Forbidden, Unauthorized, Unprocessable
from central.screens.components.sheet import Sheet, draw_sheet
from central.screens.desk import Desk
from central.screens.scene import Scene
from central.screens.sheets.fields import field_label
from central.users.roles import Principal
from yuhang.errors import YuhangError

log = structlog.get_logger(__name__)

_READ_FORM = "(e) => { e.preventDefault(); emit(window.yuhang.filled(e.target)) }"
_KEY_LINES = ("a", "v", "h", "digits", "j", "k", "question")


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A sheet as it was confirmed, by whom."""

    sheet: Sheet
    form: Mapping[str, object]
    user: Principal


class WrongFieldsError(YuhangError):
    """Fields of a sheet that are missing or wrong, by dotted name."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(", ".join(names))
        self.names = names


class SheetDialog:
    """One dialog, filled anew for each sheet. It is an ordinary form, so Enter confirms and Escape leaves."""

    def __init__(self, desk: Desk, carry_out: Callable[[Confirmed], None], done: Callable[[], Awaitable[None]]) -> None:
        self._desk = desk
        self._do = carry_out
        self._done = done
        self._sheet: Sheet | None = None
        self._busy = False
        with ui.dialog() as self._dialog, ui.element("form").classes("sheet") as self._form:
            self._content = ui.html("", sanitize=False)
            self._problem = ui.html("", sanitize=False).props("role=alert")
        self._form.on("submit", self._submitted, js_handler=_READ_FORM)
        self._form.on("reset", self._dialog.close)

    @property
    def open(self) -> bool:
        """Whether the sheet is in front, so that the page's own keys rest."""
        return bool(self._dialog.value)

    def show(self, sheet: Sheet) -> None:
        """Say what will happen and wait for the confirmation."""
        self._sheet = sheet
        self._problem.set_content("")
        self._content.set_content(str(draw_sheet(self._desk.scene(), sheet)))
        self._dialog.open()

    async def _submitted(self, event: events.GenericEventArguments) -> None:
        sheet = self._sheet
        if sheet is None or self._busy or not isinstance(event.args, dict):
            return
        self._busy = True
        try:
            await run.io_bound(self._carry_out, sheet, event.args)
        except YuhangError as error:
            log.warning("sheet_refused", page=self._desk.here, sheet=sheet.key, error=str(error))
            words = refusal(self._desk.scene(), error)
            self._problem.set_content(str(Markup('<div class="problem tone-alarm">{}</div>').format(words)))
        else:
            self._sheet = None
            self._dialog.close()
            ui.notify(sheet.done, type="positive")
        finally:
            self._busy = False
        await self._done()

    def _carry_out(self, sheet: Sheet, form: Mapping[str, object]) -> None:
        user = self._desk.parts.logins.authenticate(self._desk.visitor.token)
        self._do(Confirmed(sheet, form, user))


def refusal(scene: Scene, error: YuhangError) -> str:
    """The words for something that was not done."""
    if isinstance(error, WrongFieldsError):
        return scene.t("sheet.refused.fields", fields=", ".join(field_label(scene, name) for name in error.names))
    if isinstance(error, Conflict) and "pictures_seen" in str(error):
        return scene.t("sheet.refused.pictures")
    if isinstance(error, Conflict):
        return scene.t("sheet.refused.conflict")
    if isinstance(error, Unprocessable):
        return scene.t("sheet.refused.incomplete")
    if isinstance(error, Forbidden | Unauthorized):
        return scene.t("sheet.refused.not_allowed")
    return scene.t("sheet.refused.other")


def show_keys(scene: Scene, names: Sequence[str] = _KEY_LINES) -> None:
    """The keys of this page, by their names in the catalogue."""
    lines = Markup("").join(
        Markup("<dt><kbd>{}</kbd></dt><dd>{}</dd>").format(scene.t(f"keys.{name}.key"), scene.t(f"keys.{name}.does"))
        for name in names
    )
    with ui.dialog(value=True), ui.element("div").classes("sheet"):
        ui.html(str(Markup('<h2>{}</h2><dl class="keys">{}</dl>').format(scene.t("keys.title"), lines)), sanitize=False)
