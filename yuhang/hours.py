"""Hours of a week and permits, by Beijing time. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from yuhang.config.section import Section

BEIJING = ZoneInfo("Asia/Shanghai")
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEK: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Hours(Section):
    """Hours on some days of the week, Beijing time; an end before the beginning is on the next day."""

    days: tuple[Weekday, ...] = Field(default=WEEK, min_length=1, title="Days on which they begin")
    begins: time = Field(title="From", examples=[time(18, 0)])
    ends: time = Field(title="Until", description="the same as the beginning: a whole day", examples=[time(23, 0)])

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.begins.tzinfo is not None or self.ends.tzinfo is not None:
            raise ValueError("begins and ends are Beijing time: leave the zone out")
        return self

    def include(self, at: datetime) -> bool:
        """Whether the moment lies in them: the beginning does, the end does not."""
        local = at.astimezone(BEIJING)
        return any(self.begun_on(local, local.date() - timedelta(days=back)) for back in (0, 1))

    def begun_on(self, local: datetime, day: date) -> bool:
        """Whether a moment of Beijing time lies in the hours that began on this day."""
        if WEEK[day.weekday()] not in self.days:
            return False
        begins = datetime.combine(day, self.begins, BEIJING)
        over_night = self.ends <= self.begins
        ends = datetime.combine(day + timedelta(days=1 if over_night else 0), self.ends, BEIJING)
        return begins <= local < ends


class Permit(Section):
    """Somebody may trade here on these days, in these hours."""

    number: str = Field(min_length=1, max_length=100, title="Number of the permit", examples=["余城管占字 2026-118 号"])
    first: date = Field(title="First day", examples=[date(2026, 5, 1)])
    last: date = Field(title="Last day", examples=[date(2026, 10, 31)])
    hours: tuple[Hours, ...] = Field(default=(), title="Hours", description="empty: the whole day")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.last < self.first:
            raise ValueError(f"last ({self.last}) lies before first ({self.first})")
        return self

    def allows(self, at: datetime) -> bool:
        """Whether the permit covers the moment; hours that go beyond midnight belong to the day on which they began."""
        local = at.astimezone(BEIJING)
        if not self.hours:
            return self.first <= local.date() <= self.last
        return any(
            self.first <= day <= self.last and hours.begun_on(local, day)
            for hours in self.hours
            for day in (local.date(), local.date() - timedelta(days=1))
        )


def in_any(hours: tuple[Hours, ...], at: datetime) -> bool:
    """Whether the moment lies in any of the hours; none at all means always."""
    return not hours or any(one.include(at.astimezone(UTC)) for one in hours)
