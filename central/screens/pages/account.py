"""`/account`: a person sets a password of their own; with a one-time password nothing else opens."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from central.api.access import SESSION_COOKIE
from central.errors import Problem, Unprocessable
from central.screens.pages.office.forms import Sent, refusal
from central.screens.paper import Paper
from central.screens.visitor import ACCOUNT, Visitor, admit, words_for


def account_routes(paper: Paper) -> APIRouter:
    """The form, and what it sends."""
    router = paper.router()
    parts = paper.parts

    def page(request: Request, visitor: Visitor, problem: str = "", status: int = 200) -> Response:
        return paper.render(
            "account.html",
            request,
            "account.title",
            visitor=visitor,
            status=status,
            here=ACCOUNT,
            person=visitor.user,
            must=visitor.user.must_change,
            problem=problem,
        )

    @router.get(ACCOUNT)
    def show(request: Request) -> Response:
        return page(request, admit(parts, request))

    @router.post(ACCOUNT)
    def take(request: Request, sent: Sent) -> Response:
        visitor = admit(parts, request)
        try:
            if sent.get("new", "") != sent.get("again", ""):
                raise Unprocessable("the new password was not repeated as it was", "password_differs")
            parts.logins.changes.change_own_password(visitor.user.name, sent.get("old", ""), sent.get("new", ""))
        except Problem as error:
            return page(request, visitor, refusal(words_for(parts, request), error), int(error.status))
        response = RedirectResponse("/login?changed=1", status_code=303)
        response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="lax", secure=parts.secure_cookies)
        return response

    return router
