"""`/administration/holds` and `/administration/looks`: what is kept longer, what is gone, and who looked at what."""

from datetime import date, datetime, time, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from central.audit.service import LookQuery
from central.cases.calendar import BEIJING
from central.errors import Problem
from central.screens.components.filters import address
from central.screens.pages.office.forms import Sent, administrator, refusal
from central.screens.paper import Paper
from central.screens.reading.office import OfficeDesk
from central.screens.visitor import Visitor, scene_for, words_for

HOLDS = "/administration/holds"
LOOKS = "/administration/looks"
_PAGE = 100


def record_routes(paper: Paper, desk: OfficeDesk) -> APIRouter:
    """Holds with the proofs of deletion, and the log of looks."""
    router = paper.router()
    _add_holds(router, paper, desk)
    _add_looks(router, paper, desk)
    return router


def _add_holds(router: APIRouter, paper: Paper, desk: OfficeDesk) -> None:
    parts = paper.parts

    def page(request: Request, visitor: Visitor, problem: str = "", status: int = 200) -> Response:
        return paper.render(
            "office/holds.html",
            request,
            "office.holds",
            visitor=visitor,
            status=status,
            here=HOLDS,
            holds=desk.holds(),
            deletions=desk.deletions(),
            saved=bool(request.query_params.get("saved")),
            problem=problem,
        )

    @router.get(HOLDS)
    def show(request: Request) -> Response:
        return page(request, administrator(parts, request))

    @router.post(HOLDS)
    def place(request: Request, sent: Sent) -> Response:
        visitor = administrator(parts, request)
        try:
            desk.place_hold(visitor.user, sent.get("number", ""), sent.get("reason", ""), _end_of(sent.get("until", "")))
        except Problem as error:
            return page(request, visitor, refusal(words_for(parts, request), error), int(error.status))
        return RedirectResponse(f"{HOLDS}?saved=1", status_code=303)

    @router.post(f"{HOLDS}/{{hold_id}}/lift")
    def lift(request: Request, hold_id: str, sent: Sent) -> Response:
        visitor = administrator(parts, request)
        try:
            desk.lift_hold(visitor.user, hold_id, sent.get("reason", ""))
        except Problem as error:
            return page(request, visitor, refusal(words_for(parts, request), error), int(error.status))
        return RedirectResponse(f"{HOLDS}?saved=1", status_code=303)


def _add_looks(router: APIRouter, paper: Paper, desk: OfficeDesk) -> None:
    parts = paper.parts

    @router.get(LOOKS)
    def looks(request: Request, person: str = "", case: str = "", day: str = "", before: int | None = None) -> Response:
        visitor = administrator(parts, request)
        since = _start_of(day)
        until = since + timedelta(days=1) if since else None
        query = LookQuery(user_name=person.strip()[:64], since=since, until=until, before=before, limit=_PAGE)
        rows = desk.looks(query, case.strip()[:32])
        asked = {"person": person, "case": case, "day": day}
        older = address(LOOKS, asked | {"before": str(rows[-1].id)}) if len(rows) == _PAGE else ""
        return paper.render(
            "office/looks.html",
            request,
            "office.looks",
            visitor=visitor,
            rows=rows,
            things=desk.looked_at(scene_for(parts, visitor.language), rows),
            asked=asked,
            older=older,
            filtered=any(asked.values()),
        )


def _start_of(day: str) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(day), time(), BEIJING)
    except ValueError:
        return None


def _end_of(day: str) -> datetime | None:
    start = _start_of(day)
    return start + timedelta(days=1) if start else None
