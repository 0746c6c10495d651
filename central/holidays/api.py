"""The working-day calendar over HTTP."""

from collections.abc import Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from central.api.access import Administrator, AnyUser, CoreDep
from central.api.problems import RESPONSES
from central.cases.calendar import PUBLISHED, beijing_day
from central.holidays.service import EnteredCalendar, YearDays, enter_year, unknown_years, versions
from central.holidays.tables import HolidayYear

Year = Annotated[int, Path(ge=2004, le=2100)]
CountAgain = Callable[[Session], int]
"""Counts the running limits of a flagged year again; returns how many have moved."""


class YearBody(BaseModel):
    """The days of a year that differ from Monday to Friday, from the State Council's notice."""

    holidays: list[date] = Field(max_length=120, description="days off, weekdays at least")
    workdays: list[date] = Field(default_factory=list, max_length=60, description="Saturdays and Sundays that are worked")
    reason: str = Field(min_length=2, max_length=500, description="kept with your name, for example the number of the notice")


class YearLine(BaseModel):
    """What was entered for a year."""

    version: int
    holidays: list[date]
    workdays: list[date]
    entered_by: str
    reason: str

    @classmethod
    def of(cls, row: HolidayYear) -> "YearLine":
        """From its row."""
        return cls.model_validate(row, from_attributes=True)


class YearAnswer(BaseModel):
    """What is known about a year."""

    year: int
    known: bool = Field(description="entered or published; otherwise limits count Monday to Friday and are flagged")
    published: bool = Field(description="the installed software holds the State Council's notice")
    entered: list[YearLine] = Field(description="latest first; the latest holds")


class CalendarAnswer(BaseModel):
    """Whether the holidays that limits need are known."""

    unknown_years: list[int] = Field(description="to be entered now with PUT /api/v1/calendar/{year}")


class YearEntered(YearAnswer):
    """A year after it was entered."""

    moved: int = Field(description="running limits that were counted again and have moved")


def calendar_router(count_again: CountAgain) -> APIRouter:
    """`/api/v1/calendar`."""
    router = APIRouter(prefix="/api/v1/calendar", tags=["calendar"], responses=RESPONSES)

    @router.get("", summary="Are the holidays known")
    def get_calendar(core: CoreDep, _user: AnyUser) -> CalendarAnswer:
        """Years that limits already run into and whose holidays nobody has entered."""
        with core.database.reader() as session:
            return CalendarAnswer(unknown_years=list(unknown_years(session, beijing_day(core.clock.now()))))

    @router.get("/{year}", summary="The holidays of a year")
    def get_year(core: CoreDep, _user: AnyUser, year: Year) -> YearAnswer:
        """What is known about it and who entered it."""
        with core.database.reader() as session:
            return YearAnswer(**_known(session, year))

    @router.put("/{year}", summary="Enter the holidays of a year")
    def put_year(core: CoreDep, user: Administrator, year: Year, body: YearBody) -> YearEntered:
        """A whole year at once; limits that run into it are counted again."""
        days = YearDays(year, frozenset(body.holidays), frozenset(body.workdays))
        with core.database.session() as session:
            enter_year(session, core.clock, user, days, body.reason)
            moved = count_again(session)
            return YearEntered(**_known(session, year), moved=moved)

    return router


def _known(session: Session, year: int) -> dict[str, object]:
    return {
        "year": year,
        "known": EnteredCalendar(session).knows(year),
        "published": PUBLISHED.knows(year),
        "entered": [YearLine.of(row) for row in versions(session, year)],
    }
