"""Reads the State Council's notice on holidays as it is published: which days are off, and which weekends are worked. Pure.

`春节：2月15日（周日）至23日（周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。`
gives nine days off and two working days.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from central.errors import Unprocessable
from central.holidays.service import YearDays

LONGEST_DAYS = 20
_IN_BRACKETS = re.compile(r"[（(][^（()）]*[)）]")
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
_SPAN = re.compile(
    r"(?:(?P<year>\d{4})[年-])?(?P<month>\d{1,2})[月-](?P<day>\d{1,2})日?"
    r"(?:\s*[至~—–]\s*(?:(?P<last_year>\d{4})[年-])?(?:(?P<last_month>\d{1,2})[月-])?(?P<last_day>\d{1,2})日?)?"
)
_NAMED = re.compile(r"(?:(?P<year>\d{4})年)?(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})日[（(](?P<inside>[^（()）]*)[)）]")


def read_notice(text: str, year: int) -> YearDays:
    """The days of a year that differ from Monday to Friday.

    `Unprocessable` where no day is found, a day does not exist, or a weekday in brackets is not that day's.
    """
    holidays: set[date] = set()
    workdays: set[date] = set()
    for sentence in re.split(r"[。；;\n]", text):
        days = set(_days(sentence, year))
        if "上班" in sentence:
            workdays |= days
        else:
            holidays |= days
    if not holidays:
        raise Unprocessable("text: no day off is found in it; paste the notice, or lines like 1月1日至3日放假", "no_day_off")
    return YearDays(year, frozenset(holidays), frozenset(workdays))


def _days(sentence: str, year: int) -> Iterator[date]:
    _check_weekdays(sentence, year)
    for found in _SPAN.finditer(_IN_BRACKETS.sub("", sentence)):
        first = _date(int(found["year"] or year), int(found["month"]), int(found["day"]))
        last = first
        if found["last_day"]:
            last = _date(int(found["last_year"] or first.year), int(found["last_month"] or first.month), int(found["last_day"]))
        if not 0 <= (last - first).days <= LONGEST_DAYS:
            raise Unprocessable(
                f"{first.isoformat()} to {last.isoformat()}: no holiday is that long; check the dates",
                "holiday_too_long",
                first=first.isoformat(),
                last=last.isoformat(),
            )
        yield from (first + timedelta(days=count) for count in range((last - first).days + 1))


def _check_weekdays(sentence: str, year: int) -> None:
    month: int | None = None
    for found in _NAMED.finditer(sentence):
        month = int(found["month"]) if found["month"] else month
        weekday = _WEEKDAY.search(found["inside"])
        if month is None or weekday is None:
            continue
        day = _date(int(found["year"] or year), month, int(found["day"]))
        if "一二三四五六日".index(weekday[1].replace("天", "日")) != day.weekday():
            raise Unprocessable(
                f"{day.isoformat()} is not a 周{weekday[1]}; check the year and the notice",
                "weekday_wrong",
                day=day.isoformat(),
                weekday=weekday[1],
            )


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise Unprocessable(f"{year}-{month}-{day}: there is no such day", "no_such_day", day=f"{year}-{month}-{day}") from error
