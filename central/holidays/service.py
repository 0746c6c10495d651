"""The calendar that limits are counted by: what an administrator has entered for a year, else what is published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from central.cases.calendar import PUBLISHED
from central.errors import Unprocessable
from central.holidays.tables import HolidayYear
from central.users.roles import Principal
from yuhang.clock import Clock

MONTHS_AHEAD = 2
"""A year counts as due this many months before it begins: limits of two weeks already run into it."""


@dataclass(frozen=True, slots=True)
class YearDays:
    """The days of a year that differ from Monday to Friday."""

    year: int
    holidays: frozenset[date]
    workdays: frozenset[date]


class EnteredCalendar:
    """`Calendar` of one transaction; the entered years are read when the first day is asked for."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._years: dict[int, YearDays] | None = None

    def is_working(self, day: date) -> bool:
        """By what was entered for the year, else as published."""
        entered = self._entered().get(day.year)
        if entered is None:
            return PUBLISHED.is_working(day)
        return day in entered.workdays or (day.weekday() < 5 and day not in entered.holidays)

    def knows(self, year: int) -> bool:
        """Entered or published."""
        return year in self._entered() or PUBLISHED.knows(year)

    def _entered(self) -> dict[int, YearDays]:
        if self._years is None:
            self._years = {row.year: _days(row) for row in self._session.scalars(_latest_last())}
        return self._years


def enter_year(session: Session, clock: Clock, user: Principal, days: YearDays, reason: str) -> HolidayYear:
    """Enter a year's days as a new version; `Unprocessable` names the day that cannot be."""
    for day in sorted(days.holidays | days.workdays):
        if day.year != days.year:
            raise Unprocessable(
                f"{day.isoformat()} is not a day of {days.year}; enter each year by itself",
                "day_of_other_year",
                day=day.isoformat(),
                year=days.year,
            )
    for day in sorted(days.holidays & days.workdays):
        raise Unprocessable(
            f"{day.isoformat()} is named both as holiday and as working day; remove one", "day_twice", day=day.isoformat()
        )
    for day in sorted(days.workdays):
        if day.weekday() < 5:
            raise Unprocessable(
                f"workdays: {day.isoformat()} is no Saturday or Sunday; only make-up days are named",
                "no_weekend",
                day=day.isoformat(),
            )
    row = HolidayYear(
        year=days.year,
        version=len(versions(session, days.year)) + 1,
        holidays=sorted(day.isoformat() for day in days.holidays),
        workdays=sorted(day.isoformat() for day in days.workdays),
        entered_by=user.name,
        entered_at=clock.now(),
        reason=reason.strip(),
    )
    session.add(row)
    session.flush()
    return row


def versions(session: Session, year: int) -> Sequence[HolidayYear]:
    """What was entered for a year, latest first."""
    statement = select(HolidayYear).where(HolidayYear.year == year)
    return session.scalars(statement.order_by(HolidayYear.version.desc())).all()


def unknown_years(session: Session, today: date) -> tuple[int, ...]:
    """Years that limits already run into and whose holidays are not known."""
    calendar = EnteredCalendar(session)
    wanted = {today.year} | ({today.year + 1} if today.month > 12 - MONTHS_AHEAD else set())
    return tuple(year for year in sorted(wanted) if not calendar.knows(year))


def _latest_last() -> Select[HolidayYear]:
    return select(HolidayYear).order_by(HolidayYear.year, HolidayYear.version)


def _days(row: HolidayYear) -> YearDays:
    holidays = frozenset(date.fromisoformat(text) for text in row.holidays)
    return YearDays(row.year, holidays, frozenset(date.fromisoformat(text) for text in row.workdays))
