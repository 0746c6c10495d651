"""One escort task with everything that can be done about it, and one junction: plain pages, plain forms."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from central.dispatch.escort.course import Act
from central.dispatch.escort.report import report_pdf
from central.dispatch.escort.words import escort_words
from central.errors import NotFound, Problem
from central.screens.paper import Paper
from central.screens.reading.looks import Why
from central.screens.roles import DISPATCHERS
from central.screens.views.dispatch import ack_mark, answer_mark
from central.screens.visitor import Visitor, admit, scene_for
from central.users.roles import Role

Text = Annotated[str, Form(max_length=300)]
REFRESH_S = 2


def escort_routes(paper: Paper) -> APIRouter:
    """`/dispatch/<task>` and `/dispatch/junctions/<name>`."""
    router = paper.router()
    _add_junction(router, paper)
    _add_task(router, paper)
    _add_acts(router, paper)
    return router


def _add_junction(router: APIRouter, paper: Paper) -> None:
    parts = paper.parts

    @router.get("/dispatch/junctions/{name}")
    def show_junction(request: Request, name: str) -> Response:
        visitor = admit(parts, request, DISPATCHERS)
        try:
            junction = parts.dispatch.junction(name)
        except NotFound as error:
            return paper.render_gone(request, error)
        scene = scene_for(parts, visitor.language)
        words = escort_words(visitor.language.value)
        answers = [(task_id, ack_mark(scene, ack), words.of("reason", ack.reason)) for task_id, ack in junction.answers.items()]
        return paper.render(
            "escort_junction.html",
            request,
            "dispatch.junction.title",
            visitor=visitor,
            refresh_s=REFRESH_S,
            junction=junction,
            mark=answer_mark(scene, junction, ""),
            answers=answers,
        )


def _add_task(router: APIRouter, paper: Paper) -> None:
    parts = paper.parts

    @router.get("/dispatch/{task_id}")
    def show_task(request: Request, task_id: str) -> Response:
        return _task_page(paper, request, admit(parts, request, DISPATCHERS), task_id)

    @router.get("/dispatch/{task_id}/report.pdf")
    def show_report(request: Request, task_id: str) -> Response:
        visitor = admit(parts, request, DISPATCHERS)
        scene = scene_for(parts, visitor.language)
        parts.looks.look(visitor.user, f"escort/{task_id}", Why(scene.t("dispatch.purpose")))
        escorts = parts.dispatch.desk.escorts
        with parts.dispatch.core.database.reader() as session:
            task = escorts.find(session, task_id)
            content = report_pdf(task, escorts.notes(session, task_id), escorts.orders(session, task_id), visitor.language.value)
        return Response(content, media_type="application/pdf")


def _add_acts(router: APIRouter, paper: Paper) -> None:
    parts = paper.parts

    @router.post("/dispatch/{task_id}/assign")
    def assign(request: Request, task_id: str, engine: Text) -> Response:
        visitor = admit(parts, request, DISPATCHERS)
        return _done(paper, request, visitor, task_id, lambda: parts.dispatch.assign(visitor.user, task_id, engine))

    @router.post("/dispatch/{task_id}/place")
    def place(request: Request, task_id: str, name: Text) -> Response:
        visitor = admit(parts, request, DISPATCHERS)
        return _done(paper, request, visitor, task_id, lambda: parts.dispatch.set_place(visitor.user, task_id, name))

    @router.post("/dispatch/{task_id}/act/{act}")
    def do(request: Request, task_id: str, act: Act, reason: Text = "") -> Response:
        visitor = admit(parts, request, DISPATCHERS)
        return _done(paper, request, visitor, task_id, lambda: parts.dispatch.act(visitor.user, task_id, act, reason))


def _done(paper: Paper, request: Request, visitor: Visitor, task_id: str, do: Callable[[], None]) -> Response:
    try:
        do()
    except Problem as problem:
        return _task_page(paper, request, visitor, task_id, str(problem))
    return RedirectResponse(f"/dispatch/{task_id}", status_code=303)


def _task_page(paper: Paper, request: Request, visitor: Visitor, task_id: str, problem: str = "") -> Response:
    parts = paper.parts
    scene = scene_for(parts, visitor.language)
    try:
        view = parts.dispatch.task(scene, task_id)
    except NotFound as error:
        return paper.render_gone(request, error)
    return paper.render(
        "escort_task.html",
        request,
        "dispatch.task.title",
        visitor=visitor,
        status=409 if problem else 200,
        here=f"/dispatch/{task_id}",
        view=view,
        problem=problem,
        words=escort_words(visitor.language.value),
        engine_name=lambda engine: parts.dispatch.engine_name(scene, engine.id),
        sends=visitor.user.role is Role.DISPATCHER,
        judges=visitor.user.role is Role.SIGNAL_POLICE,
    )
