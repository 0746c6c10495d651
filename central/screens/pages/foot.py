"""The officer's phone: tasks on foot, taken, photographed and reported with one hand and on a bad network.

Every act is a plain form. Where the browser runs the script, photos and the report are kept on the phone until they have arrived.
"""

from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote
from uuid import uuid4

from anyio import to_thread
from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup

from central.audit.service import LookAction
from central.errors import Problem
from central.foot.receiving import SentPhoto
from central.foot.rules import Outcome
from central.foot.service import Report
from central.screens.components.plate import plate
from central.screens.components.states import empty
from central.screens.paper import Paper
from central.screens.reading.foot import refusal_key
from central.screens.reading.looks import Why
from central.screens.roles import CASE_WORKERS
from central.screens.theme import Tone
from central.screens.views.foot import OUTCOMES, FootRow
from central.screens.visitor import Visitor, admit, scene_for, words_for
from central.users.roles import Principal
from yuhang.evidence.photos import PhotoKind
from yuhang.plates import PlateColour

Text = Annotated[str, Form(max_length=300)]
COLOURS_TO_SEE = (PlateColour.BLUE, PlateColour.YELLOW)  # what the text of an ordinary plate leaves open
Photos = Annotated[list[UploadFile], File()]


def foot_routes(paper: Paper) -> APIRouter:
    """`/foot` and `/foot/<case>`."""
    router = paper.router()
    _add_reading(router, paper)
    _add_taking(router, paper)
    _add_report(router, paper)
    return router


def _add_reading(router: APIRouter, paper: Paper) -> None:
    parts = paper.parts

    @router.get("/foot")
    def show_tasks(request: Request) -> Response:
        visitor = admit(parts, request, CASE_WORKERS)
        scene = scene_for(parts, visitor.language)
        parts.looks.look(visitor.user, "foot tasks", Why(scene.t("foot.purpose")), LookAction.SEARCH)
        return paper.render(
            "foot_tasks.html",
            request,
            "foot.title",
            visitor=visitor,
            tasks=parts.foot.tasks(scene, visitor.user),
            errands=parts.foot.errands(scene, visitor.user),
            plates=_plates(paper, visitor),
            tones=Tone,
            nothing=empty(scene.t("foot.empty.title"), scene.t("foot.empty.detail")),
            done=request.query_params.get("done") == "1",
        )

    @router.get("/foot/{case_id}")
    def show_task(request: Request, case_id: str) -> Response:
        visitor = admit(parts, request, CASE_WORKERS)
        return _task_page(paper, request, visitor, case_id)


def _add_taking(router: APIRouter, paper: Paper) -> None:
    parts = paper.parts

    @router.post("/foot/{case_id}/take")
    def take(request: Request, case_id: str) -> Response:
        return _done(paper, request, case_id, lambda visitor: parts.foot.take(visitor.user, case_id))

    @router.post("/foot/{case_id}/give-back")
    def give_back(request: Request, case_id: str, reason: Text = "") -> Response:
        return _done(paper, request, case_id, lambda visitor: parts.foot.give_back(visitor.user, case_id, reason))

    @router.post("/foot/{case_id}/plate")
    def type_plate(request: Request, case_id: str, plate: Text = "", colour: Text = "") -> Response:
        seen = PlateColour(colour) if colour in COLOURS_TO_SEE else None
        return _done(paper, request, case_id, lambda visitor: parts.foot.type_plate(visitor.user, case_id, plate, seen))

    @router.post("/foot/{case_id}/sheet")
    def print_sheet(request: Request, case_id: str) -> Response:
        purpose = words_for(parts, request)("foot.purpose")
        return _done(paper, request, case_id, lambda visitor: parts.foot.print_sheet(visitor.user, case_id, purpose))


def _add_report(router: APIRouter, paper: Paper) -> None:
    parts = paper.parts

    @router.post("/foot/{case_id}/report")
    async def report(
        *,
        request: Request,
        case_id: str,
        outcome: Annotated[Outcome, Form()],
        key: Text = "",
        number: Text = "",
        note: Text = "",
        sheet: Photos = [],  # noqa: B006 - FastAPI copies it
        panorama: Photos = [],  # noqa: B006
    ) -> Response:
        """Without a script: photos and report in one form."""
        visitor = await to_thread.run_sync(admit, parts, request, CASE_WORKERS)
        words = words_for(parts, request)
        try:
            keys = [
                *[await _keep(paper, visitor.user, case_id, PhotoKind.SHEET, photo) for photo in sheet if photo.filename],
                *[await _keep(paper, visitor.user, case_id, PhotoKind.PANORAMA, photo) for photo in panorama if photo.filename],
            ]
            reason = words(f"foot.reason.{outcome.value}") + (f": {note.strip()}" if note.strip() else "")
            made = Report(key or str(uuid4()), outcome, reason, number.strip(), tuple(keys))
            await to_thread.run_sync(parts.foot.report, visitor.user, case_id, made)
        except Problem as error:
            return await to_thread.run_sync(_task_page, paper, request, visitor, case_id, error)
        return RedirectResponse("/foot?done=1", status_code=303)


async def _keep(paper: Paper, user: Principal, case_id: str, kind: PhotoKind, photo: UploadFile) -> str:
    key = str(uuid4())
    await paper.parts.foot.photo(user, SentPhoto(case_id, key, kind), await photo.read())
    return key


def _task_page(paper: Paper, request: Request, visitor: Visitor, case_id: str, refusal: Problem | None = None) -> Response:
    """The page of a task; `refusal` is what stood against the act just tried."""
    parts = paper.parts
    scene = scene_for(parts, visitor.language)
    purpose = scene.t("foot.purpose")
    try:
        task = parts.foot.task(scene, visitor.user, case_id, purpose)
    except Problem as error:
        detail = "foot.refused.not_yours" if error.status == 403 else "state.gone_detail"
        return paper.render("gone.html", request, "state.gone", visitor=visitor, status=error.status, detail=detail)
    parts.looks.look(visitor.user, f"case/{case_id}", Why(purpose))
    return paper.render(
        "foot_task.html",
        request,
        "foot.title",
        visitor=visitor,
        here=f"/foot/{quote(case_id)}",
        status=refusal.status if refusal else 200,
        task=task,
        plates=_plates(paper, visitor),
        tones=Tone,
        outcomes=OUTCOMES,
        colours=COLOURS_TO_SEE,
        problem=scene.t(refusal_key(refusal)) if refusal else "",
        key=str(uuid4()),
    )


def _done(paper: Paper, request: Request, case_id: str, act: Callable[[Visitor], None]) -> Response:
    """Carry an act out and show the task as it stands then."""
    visitor = admit(paper.parts, request, CASE_WORKERS)
    try:
        act(visitor)
    except Problem as error:
        return _task_page(paper, request, visitor, case_id, error)
    return RedirectResponse(f"/foot/{quote(case_id)}", status_code=303)


def _plates(paper: Paper, visitor: Visitor) -> Callable[[FootRow], Markup]:
    scene = scene_for(paper.parts, visitor.language)
    return lambda row: plate(scene, row.plate, row.plate_colour)
