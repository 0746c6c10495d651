"""The phones of the demo's drivers: their messages as they arrived, without a script, on any network."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from central.errors import NotFound
from central.screens.components.states import empty
from central.screens.paper import Paper
from central.screens.roles import CASE_WORKERS
from central.screens.visitor import admit, scene_for

REFRESH_S = 5


def phone_routes(paper: Paper) -> APIRouter:
    """`/phone` and `/phone/<reference>`."""
    router = paper.router()
    parts = paper.parts

    @router.get("/phone")
    def inbox(request: Request) -> Response:
        visitor = admit(parts, request, CASE_WORKERS, reason_needed=True)
        parts.looks.look(visitor.user, "messages", visitor.why)
        scene = scene_for(parts, visitor.language)
        return paper.render(
            "inbox.html",
            request,
            "phone.title",
            visitor=visitor,
            refresh_s=REFRESH_S,
            people=parts.messages.inbox(),
            nothing=empty(scene.t("phone.empty.title"), scene.t("phone.empty.detail")),
        )

    @router.get("/phone/{reference}")
    def thread(request: Request, reference: str) -> Response:
        visitor = admit(parts, request, CASE_WORKERS, reason_needed=True)
        scene = scene_for(parts, visitor.language)
        try:
            messages = parts.messages.thread(scene, reference)
        except NotFound:
            return paper.render("gone.html", request, "state.gone", visitor=visitor, status=404, detail="state.gone_detail")
        parts.looks.look(visitor.user, f"messages/{reference}", visitor.why)
        return paper.render("thread.html", request, "phone.title", visitor=visitor, refresh_s=REFRESH_S, thread=messages)

    return router
