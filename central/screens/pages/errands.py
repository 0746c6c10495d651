"""`/foot/errands/<message>`: an officer tells a person at the door what a message did not. Plain forms for a phone."""

from collections.abc import Callable
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from central.cases.acts import ServiceWay
from central.errors import Problem
from central.screens.pages.office.forms import Sent, refusal
from central.screens.pages.waiting import now_at_the_place, service_of
from central.screens.paper import Paper
from central.screens.reading.looks import Why
from central.screens.roles import CASE_WORKERS
from central.screens.theme import Tone
from central.screens.visitor import Visitor, admit, scene_for, words_for

WAYS = (ServiceWay.IN_PERSON, ServiceWay.LEFT)


def errand_routes(paper: Paper) -> APIRouter:
    """The page of an errand and its three acts."""
    router = paper.router()
    parts = paper.parts

    @router.get("/foot/errands/{notice_id}")
    def show_errand(request: Request, notice_id: str) -> Response:
        return _page(paper, request, admit(parts, request, CASE_WORKERS), notice_id)

    @router.post("/foot/errands/{notice_id}/take")
    def take_errand(request: Request, notice_id: str) -> Response:
        return _done(paper, request, notice_id, lambda visitor: parts.foot.take_errand(visitor.user, notice_id))

    @router.post("/foot/errands/{notice_id}/give-back")
    def give_errand_back(request: Request, notice_id: str, sent: Sent) -> Response:
        reason = sent.get("reason", "")
        return _done(paper, request, notice_id, lambda visitor: parts.foot.give_errand_back(visitor.user, notice_id, reason))

    @router.post("/foot/errands/{notice_id}/told")
    def told_errand(request: Request, notice_id: str, sent: Sent) -> Response:
        words = words_for(parts, request)
        reason = sent.get("note", "").strip() or words("foot.errand.reason")

        def act(visitor: Visitor) -> None:
            parts.foot.told_errand(visitor.user, notice_id, service_of(sent), reason)

        return _done(paper, request, notice_id, act, after="/foot?done=1")

    return router


def _page(paper: Paper, request: Request, visitor: Visitor, notice_id: str, refused: Problem | None = None) -> Response:
    """The errand; `refused` is what stood against the act just tried."""
    parts = paper.parts
    scene = scene_for(parts, visitor.language)
    try:
        errand = parts.foot.errand(scene, visitor.user, notice_id)
    except Problem as error:
        detail = "foot.refused.not_yours" if error.status == 403 else "state.gone_detail"
        return paper.render("gone.html", request, "state.gone", visitor=visitor, status=error.status, detail=detail)
    parts.looks.look(visitor.user, f"case/{errand.case_id}", Why(scene.t("foot.errand.purpose")))
    return paper.render(
        "foot_errand.html",
        request,
        "foot.errand.title",
        visitor=visitor,
        here=f"/foot/errands/{quote(notice_id)}",
        status=refused.status if refused else 200,
        errand=errand,
        tones=Tone,
        ways=WAYS,
        now=now_at_the_place(parts.clock),
        problem=_words(paper, request, refused) if refused else "",
    )


def _words(paper: Paper, request: Request, error: Problem) -> str:
    words = words_for(paper.parts, request)
    return refusal(words, error) if error.key else words("foot.refused.conflict")


def _done(paper: Paper, request: Request, notice_id: str, act: Callable[[Visitor], None], after: str = "") -> Response:
    """Carry an act out and show the errand as it stands then, or go on to `after`."""
    visitor = admit(paper.parts, request, CASE_WORKERS)
    try:
        act(visitor)
    except Problem as error:
        return _page(paper, request, visitor, notice_id, error)
    return RedirectResponse(after or f"/foot/errands/{quote(notice_id)}", status_code=303)
