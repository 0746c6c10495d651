"""What all routes of the public page share: the parts, who visits, and the cookie that says so."""

from dataclasses import dataclass

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from central.cases.public_address import PUBLIC_PATH, number_in, public_path
from central.core import Core
from central.public.config import PublicConfig
from central.public.pages import PublicPages
from central.public.reading import PublicReader, case_by_id
from central.public.sessions import COOKIE, PartySession, Sessions
from central.public.submitting import Submissions
from central.public.throttle import Throttle
from central.retention.rules import RuleBook


@dataclass(frozen=True, slots=True)
class PublicParts:
    """Everything that the routes are built from."""

    core: Core
    config: PublicConfig
    pages: PublicPages
    reader: PublicReader
    submissions: Submissions
    sessions: Sessions
    throttle: Throttle
    periods: RuleBook

    def visit(self, request: Request, number: str) -> PartySession | None:
        """The running visit to this case, or None: plate and code are asked for (again), also once the case has a new code."""
        visit = self.sessions.read(request.cookies.get(COOKIE))
        if visit is None or visit.number != number_in(number):
            return None
        with self.core.database.reader() as session:
            case = case_by_id(session, visit.case_id)
        return visit if case is not None and self.sessions.is_current(visit, case.public_code) else None

    def welcome(self, visit: PartySession) -> Response:
        """On to the case, with the cookie of the visit."""
        response = RedirectResponse(public_path(visit.number), status_code=303)
        response.set_cookie(
            COOKIE,
            self.sessions.sealed(visit),
            max_age=round(self.config.session_minutes * 60),
            path=PUBLIC_PATH,
            httponly=True,
            samesite="strict",
            secure=self.core.config.http.cookies_over_https,
        )
        return response

    def goodbye(self) -> Response:
        """Back to the look-up, without the cookie."""
        response = RedirectResponse(PUBLIC_PATH, status_code=303)
        response.delete_cookie(COOKIE, path=PUBLIC_PATH, httponly=True, samesite="strict")
        return response
