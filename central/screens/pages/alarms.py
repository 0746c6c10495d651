"""`/alarms`: what cameras suspect besides parked vehicles, and what a person says about it. Plain forms without a script."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from central.alarms.news import AlarmKind
from central.alarms.service import AlarmQuery, Verdict
from central.errors import NotFound, Problem
from central.screens.components.filters import address
from central.screens.pages.office.forms import refusal
from central.screens.paper import Paper
from central.screens.reading.alarms import PAGE
from central.screens.roles import CASE_READERS, CASE_WORKERS
from central.screens.visitor import Visitor, admit, scene_for, words_for

ALARMS = "/alarms"
Text = Annotated[str, Form(max_length=300)]


def alarm_routes(paper: Paper) -> APIRouter:
    """The list and the page of one alarm."""
    router = paper.router()
    parts = paper.parts

    @router.get(ALARMS)
    def show_list(request: Request, kind: str = "", state: str = "open", before: str = "") -> Response:
        visitor = admit(parts, request, CASE_READERS)
        chosen = AlarmKind(kind) if kind in set(AlarmKind) else None
        query = AlarmQuery(chosen, state == "open", _moment(before), PAGE)
        lines = parts.alarms.list(scene_for(parts, visitor.language), query)
        asked = {"kind": kind, "state": state}
        older = address(ALARMS, asked | {"before": lines[-1].began_at.isoformat()}) if len(lines) == PAGE else ""
        return paper.render(
            "alarms/list.html",
            request,
            "alarm.title",
            visitor=visitor,
            lines=lines,
            kinds=AlarmKind,
            asked=asked,
            older=older,
            waiting=parts.alarms.count_open(),
        )

    @router.get(f"{ALARMS}/{{track}}")
    def show(request: Request, track: str) -> Response:
        return _page(paper, request, admit(parts, request, CASE_READERS, reason_needed=True), track)

    @router.post(f"{ALARMS}/{{track}}")
    def answer(request: Request, track: str, verdict: Verdict, reason: Text = "") -> Response:
        visitor = admit(parts, request, CASE_WORKERS)
        try:
            parts.alarms.answer(visitor.user, track, verdict, reason)
        except NotFound as error:
            return paper.render_gone(request, error)
        except Problem as error:
            return _page(paper, request, visitor, track, error)
        return RedirectResponse(f"{ALARMS}/{track}?saved=1", status_code=303)

    return router


def _page(paper: Paper, request: Request, visitor: Visitor, track: str, error: Problem | None = None) -> Response:
    parts = paper.parts
    works = visitor.user.role in CASE_WORKERS
    try:
        view = parts.alarms.alarm(scene_for(parts, visitor.language), track, visitor.reason, blurred=not works)
    except NotFound as gone:
        return paper.render_gone(request, gone)
    parts.looks.look(visitor.user, f"alarm/{track}", visitor.why)
    return paper.render(
        "alarms/alarm.html",
        request,
        "alarm.one",
        visitor=visitor,
        status=200 if error is None else int(error.status),
        here=f"{ALARMS}/{track}",
        view=view,
        verdicts=Verdict,
        may_answer=works,
        saved=bool(request.query_params.get("saved")),
        problem="" if error is None else refusal(words_for(parts, request), error),
    )


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
