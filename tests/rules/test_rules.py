"""The tables of limits, fees and certificates, asked of the software; and the page of all tables."""

from datetime import date, datetime, timedelta

import pytest

from central.authority.profile import LateFee, Officer, shipped_profiles
from central.cases.calendar import BEIJING, PUBLISHED
from central.cases.engine import due_at
from central.cases.procedure import Person, authorised
from central.payment.rules import FEN, late_fee
from tests.rules.page import TARGET, book, render, rows


def test_the_page_is_that_of_the_tables() -> None:
    assert TARGET.read_text(encoding="utf-8") == render(), "run `python -m tests.rules`"


@pytest.mark.parametrize(("limit", "begins", "last"), rows("limits"))
def test_law_08_10_13_the_last_day_of_a_limit(limit: str, begins: date, last: date) -> None:
    start = datetime(begins.year, begins.month, begins.day, 10, tzinfo=BEIJING)
    assert (due_at(book(), limit, start, PUBLISHED).astimezone(BEIJING) - timedelta(microseconds=1)).date() == last


@pytest.mark.parametrize(("fine", "days", "yuan"), rows("late_fee"))
def test_law_13_the_late_fee(fine: int, days: int, yuan: float) -> None:
    due = datetime(2026, 6, 19, tzinfo=BEIJING)
    assert late_fee(fine, due, due - timedelta(hours=2) + timedelta(days=days), LateFee()) == round(yuan * FEN)


@pytest.mark.parametrize(("until", "certificate", "day", "may"), rows("certificates"))
def test_law_06_who_may_decide(until: date | str | None, certificate: str, day: date, may: bool) -> None:
    """Only who has a certificate that has not run out decides."""
    profile = shipped_profiles()["traffic_police"]
    if not isinstance(until, str):
        profile = profile.model_copy(update={"officers": (Officer(user="wang", certificate="ZF-1", valid_until=until),)})
    assert authorised(profile, Person("wang", certificate), day) is may
