"""Days as the law counts them: State Council's calendar, Beijing's midnight, the day of the event itself not counted (APL 85)."""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import chinese_calendar

BEIJING = ZoneInfo("Asia/Shanghai")


class Calendar(Protocol):
    """Which days are worked, and for which years that is known rather than assumed."""

    def is_working(self, day: date) -> bool:
        """Whether offices work on this day; in a year that is not known, Monday to Friday."""

    def knows(self, year: int) -> bool:
        """Whether the holidays of this year are known."""


class PublishedCalendar:
    """The State Council's yearly notices, as far as the installed `chinesecalendar` holds them."""

    def is_working(self, day: date) -> bool:
        """As published, else Monday to Friday."""
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            return day.weekday() < 5

    def knows(self, year: int) -> bool:
        """Whether the year's notice is among them."""
        try:
            chinese_calendar.is_workday(date(year, 6, 1))
        except NotImplementedError:
            return False
        return True


PUBLISHED = PublishedCalendar()


def end_of_working_day(start: datetime, days: int, days_worked: Calendar = PUBLISHED) -> datetime:
    """Midnight in Beijing after the `days`-th working day that follows the day of `start`, as UTC."""
    day = beijing_day(start)
    left = days
    while left > 0:
        day += timedelta(days=1)
        if days_worked.is_working(day):
            left -= 1
    return end_of(day)


def end_of_day(start: datetime, days: int) -> datetime:
    """Midnight in Beijing after the `days`-th day that follows the day of `start`, as UTC."""
    return end_of(beijing_day(start) + timedelta(days=days))


def end_of_month(start: datetime, months: int) -> datetime:
    """Midnight in Beijing after the day with the same number `months` later, or that month's last day, as UTC."""
    return end_of(months_later(beijing_day(start), months))


def next_working_end(end: datetime, days_worked: Calendar = PUBLISHED) -> datetime:
    """The end itself where the day before this midnight is worked, else the end of the next working day."""
    day = beijing_day(end - timedelta(microseconds=1))
    if days_worked.is_working(day):
        return end
    while not days_worked.is_working(day):
        day += timedelta(days=1)
    return end_of(day)


def months_later(day: date, months: int) -> date:
    """The day with the same number so many months later; the last day of the month where it has no such number."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def beijing_day(moment: datetime) -> date:
    """The day on which a moment falls in Beijing."""
    return moment.astimezone(BEIJING).date()


def end_of(day: date) -> datetime:
    """The midnight in Beijing that ends a day, as UTC."""
    return datetime.combine(day + timedelta(days=1), time(), BEIJING).astimezone(UTC)
