"""A year whose holidays nobody knows is flagged; what an administrator enters counts, also for limits that run already."""

from datetime import date, timedelta

import pytest
from fastapi.testclient import TestClient

from central.app import make_app
from central.cases.calendar import PUBLISHED
from central.core import Core
from central.database import Database
from central.deadlines.service import deadlines_of
from central.errors import Unprocessable
from central.features import platform
from central.holidays.service import EnteredCalendar, YearDays, enter_year, unknown_years
from central.matters import build_matters
from central.users.roles import Role
from tests.unit.central.parking.street import ADMINISTRATOR, FIRST, NINE, Street
from tests.unit.central.procedure.conftest import street
from tests.unit.central.procedure.office import TRACK, Office, drafted
from yuhang.clock import ManualClock

__all__ = ["street"]

UNKNOWN = 2099  # no State Council notice will have been published for it


def test_law_08_an_unknown_year_is_flagged_in_time(database: Database, clock: ManualClock) -> None:
    assert not PUBLISHED.knows(UNKNOWN)
    with database.session() as session:
        assert unknown_years(session, date(UNKNOWN, 3, 1)) == (UNKNOWN,)
        assert unknown_years(session, date(UNKNOWN - 1, 11, 1)) == (UNKNOWN - 1, UNKNOWN)
        assert unknown_years(session, date(2026, 3, 1)) == ()
        enter_year(session, clock, ADMINISTRATOR, YearDays(UNKNOWN, frozenset(), frozenset()), "notice 1")
        assert unknown_years(session, date(UNKNOWN, 3, 1)) == ()


DAYS = [  # 1 January 2099 is a Thursday
    (date(UNKNOWN, 1, 1), False),
    (date(UNKNOWN, 1, 2), False),
    (date(UNKNOWN, 1, 3), False),
    (date(UNKNOWN, 1, 4), True),  # a Sunday that is worked
    (date(UNKNOWN, 1, 5), True),
    (date(UNKNOWN, 1, 10), False),
]


@pytest.mark.parametrize(("day", "worked"), DAYS)
def test_law_08_entered_days_count(database: Database, clock: ManualClock, day: date, worked: bool) -> None:
    days = YearDays(UNKNOWN, frozenset({date(UNKNOWN, 1, 1), date(UNKNOWN, 1, 2)}), frozenset({date(UNKNOWN, 1, 4)}))
    with database.session() as session:
        enter_year(session, clock, ADMINISTRATOR, days, "notice 1")
        calendar = EnteredCalendar(session)
        assert calendar.is_working(day) is worked
        assert calendar.knows(UNKNOWN)
        assert calendar.is_working(date(2026, 10, 1)) is PUBLISHED.is_working(date(2026, 10, 1))


@pytest.mark.parametrize(
    ("holidays", "workdays", "text"),
    [
        ({date(2098, 1, 1)}, set(), "is not a day of 2099"),
        ({date(2099, 1, 3)}, {date(2099, 1, 3)}, "both as holiday and as working day"),
        (set(), {date(2099, 1, 5)}, "is no Saturday or Sunday"),
    ],
)
def test_days_that_cannot_be(database: Database, clock: ManualClock, holidays: set[date], workdays: set[date], text: str) -> None:
    with database.session() as session, pytest.raises(Unprocessable, match=text):
        enter_year(session, clock, ADMINISTRATOR, YearDays(UNKNOWN, frozenset(holidays), frozenset(workdays)), "x")


def test_law_08_limits_of_a_flagged_year_are_counted_again(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """Entered on Tuesday 2 June; the year is unknown until somebody enters 3 and 4 June as holidays."""
    monkeypatch.setattr(type(PUBLISHED), "knows", lambda _self, year: year != 2026)
    drafted(street)
    office = Office(street)
    office.play("1 first approve")
    with street.database.reader() as session:
        flags = {row.name: row.assumed for row in deadlines_of(session, street.case(TRACK).id) if row.cancelled_at is None}
    assert flags["notify"]
    assert not flags["decision"]  # ninety days need no calendar
    assert office.due("notify") == date(2026, 6, 9)
    with street.database.session() as session:
        days = YearDays(2026, frozenset({date(2026, 6, 3), date(2026, 6, 4)}), frozenset())
        enter_year(session, street.clock, FIRST, days, "notice 2")
        assert street.cases.count_again(session) == 1
        assert street.cases.count_again(session) == 0
    assert office.due("notify") == date(2026, 6, 11)
    street.to(NINE + timedelta(days=10, hours=14))
    assert street.case(TRACK).red_light_at is None
    street.to(NINE + timedelta(days=10, hours=16))
    assert street.case(TRACK).red_light_at is not None


def test_over_the_interface(core: Core, tokens: dict[Role, str], clock: ManualClock) -> None:
    administrator = {"Authorization": f"Bearer {tokens[Role.ADMINISTRATOR]}"}
    body = {"holidays": ["2099-01-01"], "workdays": ["2099-01-04"], "reason": "notice 1"}
    with TestClient(make_app(core, (*platform(core), *build_matters(core).features))) as web:
        officer = {"Authorization": f"Bearer {tokens[Role.OFFICER]}"}
        assert web.put("/api/v1/calendar/2099", json=body, headers=officer).status_code == 403
        before = web.get("/api/v1/calendar/2099", headers=officer).json()
        assert (before["known"], before["published"], before["entered"]) == (False, False, [])
        after = web.put("/api/v1/calendar/2099", json=body, headers=administrator).json()
        assert (after["known"], after["published"], after["moved"]) == (True, False, 0)
        web.put("/api/v1/calendar/2099", json=body | {"holidays": ["2099-01-02"]}, headers=administrator)
        lines = web.get("/api/v1/calendar/2099", headers=officer).json()["entered"]
        assert [(line["version"], line["holidays"], line["entered_by"]) for line in lines] == [
            (2, ["2099-01-02"], "administrator"),
            (1, ["2099-01-01"], "administrator"),
        ]
        year = clock.now().year
        unknown = [] if PUBLISHED.knows(year) else [year]
        assert web.get("/api/v1/calendar", headers=officer).json()["unknown_years"][: len(unknown)] == unknown
        assert web.get("/healthz").json()["unknown_years"][: len(unknown)] == unknown
