"""`/c`: plate and code, and the case to which they lead."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from central.api.access import refuse_other_sites
from central.authority.profile import AuthorityProfile
from central.cases.public_address import PUBLIC_PATH, number_in
from central.cases.tables import Case
from central.public.finding import LookUp, find_case
from central.public.visiting import PublicParts

Field = Annotated[str, Form()]
_LONGEST = 40  # characters of a field that are looked at


def add_look_up(router: APIRouter, parts: PublicParts) -> None:
    """`GET /c` and `POST /c`."""

    @router.get(PUBLIC_PATH)
    def show_look_up(request: Request) -> Response:
        return look_up_page(parts, request)

    @router.post(PUBLIC_PATH)
    def take_look_up(
        request: Request,
        plate: Annotated[str, Form()] = "",
        code: Annotated[str, Form()] = "",
        number: Annotated[str, Form()] = "",
    ) -> Response:
        refuse_other_sites(request)
        look_up = LookUp.typed(plate[:_LONGEST], code[:_LONGEST])
        number = number_in(number[:_LONGEST]) if number else ""
        if not look_up.complete:
            return look_up_page(parts, request, number, problem="incomplete", status=422, plate=plate[:_LONGEST])
        with parts.core.database.session() as session:
            found = _try(parts, session, request, look_up)
        match found:
            case Case():
                return parts.welcome(parts.sessions.open(found.id, found.number, found.public_code))
            case datetime():
                return _slow_down(parts, request, number, found)
        return look_up_page(parts, request, number, problem="wrong", status=404, plate=plate[:_LONGEST])


def add_last_resort(router: APIRouter, parts: PublicParts) -> None:
    """A page at every other address below `/c`; add it last."""

    @router.get(PUBLIC_PATH + "/{rest:path}")
    def show_gone(request: Request, rest: str) -> Response:
        return parts.pages.message(request, "gone", status=404)


def look_up_page(
    parts: PublicParts,
    request: Request,
    number: str = "",
    *,
    problem: str = "",
    minutes: int = 0,
    status: int = 200,
    plate: str = "",
) -> Response:
    """The form, with the number of a case where a square code has led here."""
    with parts.core.database.reader() as session:
        authorities = _authorities(parts, session)
    here = request.url.path
    return parts.pages.render(
        "look_up.html",
        request,
        here=here,
        status=status,
        number=number,
        problem=problem,
        minutes=minutes,
        typed_plate=plate,
        authorities=authorities,
    )


def _try(parts: PublicParts, session: Session, request: Request, look_up: LookUp) -> Case | datetime | None:
    """The case, None, or the time from which somebody who has guessed too often may try again."""
    address = request.client.host if request.client else ""
    attempt = parts.throttle.attempt(session, address, look_up.plate)
    if isinstance(attempt, datetime):
        return attempt
    case = find_case(session, parts.core.secret, look_up)
    if case is not None:
        attempt.was_right()
    return case


def _slow_down(parts: PublicParts, request: Request, number: str, until: datetime) -> Response:
    seconds = max(1, round((until - parts.sessions.clock.now()).total_seconds()))
    page = look_up_page(parts, request, number, problem="slow_down", minutes=-(-seconds // 60), status=429)
    page.headers["Retry-After"] = str(seconds)
    return page


def _authorities(parts: PublicParts, session: Session) -> tuple[AuthorityProfile, ...]:
    """All that may have sent a paper, by name: where to go without a telephone."""
    service = parts.reader.matters.authorities
    found = (service.profile(session, service.latest(session, name)) for name in sorted(service.names(session)))
    return tuple(found)
