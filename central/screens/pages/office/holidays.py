"""`/administration/holidays`: paste the State Council's notice, look at the days, enter the year."""

from collections.abc import Iterable
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from central.errors import Problem
from central.holidays.notice import read_notice
from central.holidays.service import YearDays
from central.screens.pages.office.forms import Sent, administrator, refusal
from central.screens.paper import Paper
from central.screens.reading.office import OfficeDesk
from central.screens.visitor import words_for

HERE = "/administration/holidays"


def holiday_routes(paper: Paper, desk: OfficeDesk) -> APIRouter:
    """The page and its form."""
    router, parts = paper.router(), paper.parts

    def page(request: Request, visitor: object, **values: object) -> Response:
        shown = {"days": None, "text": "", "year": None, "problem": "", "status": 200} | values
        moved = request.query_params.get("moved", "")
        return paper.render(
            "office/holidays.html",
            request,
            "office.holidays",
            visitor=visitor,  # type: ignore[arg-type]
            here=HERE,
            years=desk.years(),
            moved=moved if moved.isdecimal() else "",
            **shown,  # type: ignore[arg-type]
        )

    @router.get(HERE)
    def show(request: Request) -> Response:
        return page(request, administrator(parts, request))

    @router.post(HERE)
    def take(request: Request, sent: Sent) -> Response:
        visitor = administrator(parts, request)
        text, asked = sent.get("text", "")[:20_000], sent.get("year", "")
        year = int(asked) if asked.isdecimal() and len(asked) == 4 else 0
        try:
            days = read_notice(text, year)
            if sent.get("step") == "save":
                moved = desk.enter_year(visitor.user, days, sent.get("reason", ""))
                return RedirectResponse(f"{HERE}?moved={moved}", status_code=303)
        except Problem as error:
            return page(
                request,
                visitor,
                text=text,
                year=year,
                problem=refusal(words_for(parts, request), error),
                status=int(error.status),
            )
        return page(request, visitor, text=text, year=year, days=_by_kind(days))

    return router


def _by_kind(days: YearDays) -> dict[str, list[date]]:
    return {"holidays": _sorted(days.holidays), "workdays": _sorted(days.workdays)}


def _sorted(days: Iterable[date]) -> list[date]:
    return sorted(days)
