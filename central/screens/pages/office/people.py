"""`/administration/people`: who may log in, in which role; a person who left is disabled, never removed."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from central.errors import Problem, Unprocessable
from central.screens.pages.office.forms import Sent, administrator, refusal
from central.screens.paper import Paper
from central.screens.visitor import Visitor, words_for
from central.users.changes import COMMAND_LINE
from central.users.passwords import LONGEST, SHORTEST
from central.users.roles import Role
from yuhang.errors import ConfigError, YuhangError

HERE = "/administration/people"


@dataclass(frozen=True, slots=True)
class Given:
    """A one-time password, shown once."""

    name: str
    password: str


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
            return self._refused(request, visitor, error)
        return RedirectResponse(f"{HERE}?saved=1", status_code=303)

    def change(self, request: Request, name: str, sent: Sent) -> Response:
        """Give a role or a one-time password, lock a person out or let them in again."""
        visitor = administrator(self._parts, request)
        changes, by = self._parts.logins.changes, visitor.user.name
        try:
            match sent.get("act"):
                case "role":
                    changes.set_role(name, _role(sent), by)
                case "reset":
                    return self._page(request, visitor, given=Given(name, changes.reset_password(name, by)))
                case _:
                    changes.lock(name, by, out=sent.get("act") == "lock")
        except Problem as error:
            return self._refused(request, visitor, error)
        return RedirectResponse(f"{HERE}?saved=1", status_code=303)

    def _refused(self, request: Request, visitor: Visitor, error: YuhangError) -> Response:
        words = words_for(self._parts, request)
        return self._page(request, visitor, refusal(words, error), int(getattr(error, "status", 422)))

    def _add(self, sent: Sent) -> None:
        role, password = _role(sent), sent.get("password", "")
        if not SHORTEST <= len(password) <= LONGEST:
            raise Unprocessable(
                f"password: {SHORTEST} to {LONGEST} characters", "password_length", shortest=SHORTEST, longest=LONGEST
            )
        texts = {key: sent.get(key, "").strip() for key in ("display_name", "unit", "certificate")}
        self._parts.logins.add(sent.get("name", ""), password, role, **texts)

    def _page(
        self, request: Request, visitor: Visitor, problem: str = "", status: int = 200, *, given: Given | None = None
    ) -> Response:
        return self._paper.render(
            "office/people.html",
            request,
            "office.people",
            visitor=visitor,
            status=status,
            here=HERE,
            people=self._parts.logins.people(),
            roles=list(Role),
            changes=self._parts.logins.changes.latest(limit=50),
            given=given,
            me=visitor.user.name,
            command_line=COMMAND_LINE,
            saved=bool(request.query_params.get("saved")),
            problem=problem,
        )


def _role(sent: Sent) -> Role:
    if sent.get("role") not in set(Role):
        raise Unprocessable("role: choose one of the list", "no_role")
    return Role(sent["role"])
