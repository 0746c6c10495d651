"""Log in, say why you look, log out: plain forms that work without a script."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from central.api.access import SESSION_COOKIE
from central.audit.service import LookPurpose
from central.errors import TooMany, Unauthorized
from central.screens.paper import Paper
from central.screens.visitor import PURPOSE_COOKIE, REASON_COOKIE, admit, cookie_text, language_address, safe_next, words_for

REASONS = ("review", "objection", "supervision", "duty", "other")
_PURPOSES = {"supervision": LookPurpose.SUPERVISION}  # all other reasons are work on cases
ShortText = Annotated[str, Form(max_length=300)]


def form_routes(paper: Paper) -> APIRouter:
    """`/login`, `/logout` and `/reason`."""
    router = paper.router()
    _add_login(router, paper)
    _add_logout(router, paper)
    _add_reason(router, paper)
    return router


def _add_login(router: APIRouter, paper: Paper) -> None:
    parts = paper.parts

    @router.get("/login")
    def show_login(request: Request) -> Response:
        wish = safe_next(request.query_params.get("next"))
        said = words_for(parts, request)("account.done") if request.query_params.get("changed") else ""
        return paper.render("login.html", request, "login.title", next=wish, name="", problem="", said=said)

    @router.post("/login")
    def take_login(
        request: Request, name: ShortText = "", password: ShortText = "", next_address: Annotated[str, Form(alias="next")] = "/"
    ) -> Response:
        wish = safe_next(next_address)
        try:
            token = parts.logins.log_in(name, password)
        except (Unauthorized, TooMany) as error:
            problem = words_for(parts, request)("login.locked" if isinstance(error, TooMany) else "login.wrong")
            return paper.render(
                "login.html",
                request,
                "login.title",
                status=error.status,
                here=language_address("/login", wish),
                next=wish,
                name=name,
                problem=problem,
                said="",
            )
        response = RedirectResponse(wish, status_code=303)
        response.set_cookie(SESSION_COOKIE, token, httponly=True, samesite="lax", secure=parts.secure_cookies)
        return response


def _add_logout(router: APIRouter, paper: Paper) -> None:
    parts = paper.parts

    @router.post("/logout")
    def log_out(request: Request) -> Response:
        if token := request.cookies.get(SESSION_COOKIE):
            parts.logins.log_out(token)
        response = RedirectResponse("/login", status_code=303)
        for cookie in (SESSION_COOKIE, REASON_COOKIE, PURPOSE_COOKIE):
            response.delete_cookie(cookie, httponly=True, samesite="lax", secure=parts.secure_cookies)
        return response


def _add_reason(router: APIRouter, paper: Paper) -> None:
    parts = paper.parts

    @router.get("/reason")
    def show_reason(request: Request) -> Response:
        visitor = admit(parts, request)
        wish = safe_next(request.query_params.get("next"))
        return paper.render("reason.html", request, "reason.title", visitor=visitor, next=wish, choices=REASONS, problem="")

    @router.post("/reason")
    def take_reason(
        request: Request, choice: ShortText = "", note: ShortText = "", next_address: Annotated[str, Form(alias="next")] = "/"
    ) -> Response:
        visitor = admit(parts, request)
        wish, words, note = safe_next(next_address), words_for(parts, request), note.strip()
        if choice not in REASONS or (choice == "other" and not note):
            return paper.render(
                "reason.html",
                request,
                "reason.title",
                visitor=visitor,
                status=422,
                here=language_address("/reason", wish),
                next=wish,
                choices=REASONS,
                problem=words("reason.needed"),
            )
        spoken = words(f"reason.choice.{choice}") + (f": {note}" if note else "")
        response = RedirectResponse(wish, status_code=303)
        purpose = _PURPOSES.get(choice, LookPurpose.CASE_WORK)
        for name, value in ((REASON_COOKIE, cookie_text(spoken)), (PURPOSE_COOKIE, purpose.value)):
            response.set_cookie(name, value, httponly=True, samesite="lax", secure=parts.secure_cookies)
        return response
