"""`/administration/people`: who may log in, in which role; a person who left is disabled, never removed."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from central.errors import Problem, Unprocessable
from central.screens.pages.office.forms import Sent, administrator
from central.screens.paper import Paper
from central.screens.visitor import Visitor
from central.users.roles import Role
from yuhang.errors import ConfigError

HERE = "/administration/people"
SHORTEST_PASSWORD = 10


def people_routes(paper: Paper) -> APIRouter:
    """The list, a new person, and locking out."""
    router = paper.router()
    pages = PeoplePages(paper)
    router.add_api_route(HERE, pages.show, methods=["GET"])
    router.add_api_route(HERE, pages.add, methods=["POST"])
    router.add_api_route(f"{HERE}/{{name}}", pages.change, methods=["POST"])
    return router


class PeoplePages:
    """The pages."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self._parts = paper.parts

    def show(self, request: Request) -> Response:
        """Everybody, the disabled included."""
        return self._page(request, administrator(self._parts, request))

    def add(self, request: Request, sent: Sent) -> Response:
        """Add a person."""
        visitor = administrator(self._parts, request)
        try:
            self._add(sent)
        except (Problem, ConfigError) as error:
            return self._page(request, visitor, str(error), int(getattr(error, "status", 422)))
        return RedirectResponse(f"{HERE}?saved=1", status_code=303)

    def change(self, request: Request, name: str, sent: Sent) -> Response:
        """Lock a person out or let them in again."""
        visitor = administrator(self._parts, request)
        try:
            if name == visitor.user.name:
                raise Unprocessable("you cannot lock yourself out; ask another administrator")
            self._parts.logins.disable(name, disabled=sent.get("disabled") == "yes")
        except Problem as error:
            return self._page(request, visitor, str(error), int(error.status))
        return RedirectResponse(f"{HERE}?saved=1", status_code=303)

    def _add(self, sent: Sent) -> None:
        role, password = sent.get("role", ""), sent.get("password", "")
        if role not in set(Role):
            raise Unprocessable("role: choose one of the list")
        if len(password) < SHORTEST_PASSWORD:
            raise Unprocessable(f"password: at least {SHORTEST_PASSWORD} characters")
        texts = {key: sent.get(key, "").strip() for key in ("display_name", "unit", "certificate")}
        self._parts.logins.add(sent.get("name", ""), password, Role(role), **texts)

    def _page(self, request: Request, visitor: Visitor, problem: str = "", status: int = 200) -> Response:
        return self._paper.render(
            "office/people.html",
            request,
            "office.people",
            visitor=visitor,
            status=status,
            here=HERE,
            people=self._parts.logins.people(),
            roles=list(Role),
            saved=bool(request.query_params.get("saved")),
            problem=problem,
        )
