"""Working days follow the State Council's calendar and Beijing's midnight."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar

BEIJING = ZoneInfo("Asia/Shanghai")
IsWorkingDay = Callable[[date], bool]


def is_working_day(day: date) -> bool:
    """Whether offices work on this day; years whose calendar is not published yet count Monday to Friday."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def end_of_working_day(start: datetime, days: int, is_working: IsWorkingDay = is_working_day) -> datetime:
    """Midnight in Beijing after the `days`-th working day that follows the day of `start`, as UTC."""
    day = start.astimezone(BEIJING).date()
    left = days
    while left > 0:
        day += timedelta(days=1)
        if is_working(day):
            left -= 1
    return datetime.combine(day + timedelta(days=1), time(), BEIJING).astimezone(UTC)
