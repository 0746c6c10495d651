"""Hours of a week and permits by Beijing time, with nights and borders."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from yuhang.hours import BEIJING, Hours, Permit, in_any

NIGHT = Hours.model_validate({"days": ["fri"], "begins": "22:00", "ends": "02:00"})
FRIDAY = datetime(2026, 6, 5, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("hour", "inside"), [(21.99, False), (22, True), (23.5, True), (25.99, True), (26, False), (-1, False), (24 + 23, False)]
)
def test_a_night_belongs_to_the_day_on_which_it_begins(hour: float, inside: bool) -> None:
    assert NIGHT.include((FRIDAY + timedelta(hours=hour)).astimezone(UTC)) is inside


def test_a_permit_covers_the_night_of_its_last_day_and_not_the_one_before_its_first() -> None:
    permit = Permit.model_validate(
        {"number": "1", "first": "2026-06-05", "last": "2026-06-05", "hours": [{"begins": "22:00", "ends": "02:00"}]}
    )
    assert permit.allows(FRIDAY + timedelta(hours=25))
    assert not permit.allows(FRIDAY + timedelta(hours=1))


def test_a_permit_without_hours_covers_whole_days() -> None:
    permit = Permit.model_validate({"number": "1", "first": "2026-06-05", "last": "2026-06-06"})
    assert [permit.allows(FRIDAY + timedelta(hours=hours)) for hours in (-0.1, 0, 47.9, 48)] == [False, True, True, False]


@pytest.mark.parametrize(
    "wrong", [{"first": "2026-06-05", "last": "2026-06-04"}, {"first": "2026-06-05", "last": "2026-06-05", "until": "x"}]
)
def test_a_permit_that_cannot_be_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Permit.model_validate({"number": "1", **wrong})


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_no_hours_are_always_and_a_whole_day_is_too(moment: datetime) -> None:
    assert in_any((), moment)
    assert Hours.model_validate({"begins": "05:00", "ends": "05:00"}).include(moment)
