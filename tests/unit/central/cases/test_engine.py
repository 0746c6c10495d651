"""The case engine: what follows from a trigger, in a small playbook of its own."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from central.cases.calendar import PUBLISHED, end_of_day, end_of_month, end_of_working_day
from central.cases.engine import (
    Act,
    CaseError,
    DeadlineStarts,
    Facts,
    PictureWanted,
    Refusal,
    RefusalReason,
    Transition,
    advance,
    due_at,
    is_assumed,
)
from central.cases.playbook import CancelDeadlines, Playbook, Role, StateKind

NOW = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
SYSTEM = Role.SYSTEM


Pull = Callable[..., Transition | Refusal]


@pytest.fixture
def book(small: Callable[..., dict[str, Any]]) -> Playbook:
    return Playbook.model_validate(small())


@pytest.fixture
def pull(book: Playbook) -> Pull:
    def act(trigger: str, state: str, *, role: Role = SYSTEM, reason: str = "", **checks: bool) -> Transition | Refusal:
        facts = Facts(checks=checks, moments={"seen_at": NOW})
        return advance(book, state, Act(trigger, "somebody", role, reason), facts, NOW + timedelta(seconds=1))

    return act


def test_the_first_rule_whose_checks_hold_is_taken(pull: Pull) -> None:
    moved = pull("seen", "new", sure=True)
    assert isinstance(moved, Transition)
    assert (moved.state, moved.kind) == ("done", StateKind.DONE)


def test_a_check_nobody_answered_does_not_hold(pull: Pull) -> None:
    moved = pull("seen", "new")
    assert isinstance(moved, Transition)
    assert moved.state == "waiting"


def test_effects_carry_their_due_times(pull: Pull) -> None:
    moved = pull("seen", "new", sure=False)
    assert isinstance(moved, Transition)
    due = NOW + timedelta(seconds=65)
    assert moved.effects == (DeadlineStarts("wait", "over", due), PictureWanted(due))


def test_the_timeline_names_who_when_from_and_to(pull: Pull) -> None:
    moved = pull("void", "waiting", role=Role.REVIEWER, reason="wrong plate")
    assert isinstance(moved, Transition)
    entry = moved.entry
    assert (entry.actor, entry.role, entry.source, entry.target, entry.reason) == (
        "somebody",
        Role.REVIEWER,
        "waiting",
        "void",
        "wrong plate",
    )
    assert entry.at == NOW + timedelta(seconds=1)


def test_a_rule_without_target_keeps_the_state_and_has_its_effects(pull: Pull) -> None:
    moved = pull("over", "waiting")
    assert isinstance(moved, Transition)
    assert moved.state == "waiting"
    assert moved.effects == (CancelDeadlines(do="cancel_deadlines"),)


@pytest.mark.parametrize(
    ("trigger", "state", "role", "reason", "checks", "expected"),
    [
        ("finish", "done", SYSTEM, "", {}, Refusal(RefusalReason.CLOSED)),
        ("void", "void", Role.REVIEWER, "again", {}, Refusal(RefusalReason.CLOSED)),
        ("finish", "new", SYSTEM, "", {}, Refusal(RefusalReason.NOT_HERE)),
        ("void", "waiting", Role.OFFICER, "why", {}, Refusal(RefusalReason.NOT_ALLOWED)),
        ("void", "waiting", SYSTEM, "why", {}, Refusal(RefusalReason.NOT_ALLOWED)),
        ("void", "waiting", Role.REVIEWER, "  ", {}, Refusal(RefusalReason.REASON_MISSING)),
        ("finish", "waiting", SYSTEM, "", {"sure": True}, Refusal(RefusalReason.CHECKS_FAILED, ("late",))),
    ],
)
def test_refusals(
    pull: Pull, trigger: str, state: str, role: Role, reason: str, checks: dict[str, bool], expected: Refusal
) -> None:
    assert pull(trigger, state, role=role, reason=reason, **checks) == expected


def test_an_unknown_trigger_or_state_is_an_error_and_not_a_refusal(pull: Pull) -> None:
    with pytest.raises(CaseError, match="no state 'nowhere' or no trigger 'seen'"):
        pull("seen", "nowhere")


def test_a_deadline_whose_start_is_unknown_is_an_error(book: Playbook) -> None:
    with pytest.raises(CaseError, match="starts at 'seen_at', which is not known yet"):
        advance(book, "new", Act("seen", "node", SYSTEM), Facts(), NOW)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        # Monday 10:00 in Beijing: five working days later is the end of the next Monday
        (datetime(2026, 6, 1, 2, 0, tzinfo=UTC), date(2026, 6, 8)),
        # Sunday counts from Monday
        (datetime(2026, 5, 31, 2, 0, tzinfo=UTC), date(2026, 6, 5)),
        # Monday 17:00 UTC is already Tuesday in Beijing
        (datetime(2026, 6, 1, 17, 0, tzinfo=UTC), date(2026, 6, 9)),
        # 1-7 October are holidays
        (datetime(2026, 9, 30, 2, 0, tzinfo=UTC), date(2026, 10, 13)),
    ],
)
def test_law_08_five_working_days_follow_the_state_calendar(book: Playbook, start: datetime, expected: date) -> None:
    due = due_at(book, "review", start)
    last_day = (due + timedelta(hours=8) - timedelta(seconds=1)).date()
    worked = [day for day in (start.date() + timedelta(days=n) for n in range(1, 20)) if PUBLISHED.is_working(day)]
    assert last_day == expected
    assert PUBLISHED.is_working(last_day)
    assert last_day in worked


def test_a_year_without_a_published_calendar_counts_monday_to_friday() -> None:
    assert PUBLISHED.is_working(date(2099, 6, 1)) == (date(2099, 6, 1).weekday() < 5)
    assert not PUBLISHED.is_working(date(2099, 6, 6))


class EvenDays:
    def is_working(self, day: date) -> bool:
        return day.day % 2 == 0

    def knows(self, year: int) -> bool:
        return year == 2026


def test_the_calendar_can_be_handed_in() -> None:
    due = end_of_working_day(NOW, 2, EvenDays())
    assert due == datetime(2026, 6, 4, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (datetime(2026, 6, 1, 2, 0, tzinfo=UTC), date(2026, 8, 30)),
        (datetime(2026, 6, 1, 17, 0, tzinfo=UTC), date(2026, 8, 31)),  # Tuesday in Beijing
    ],
)
def test_law_13_ninety_days_start_with_the_day_after_and_end_at_midnight(start: datetime, expected: date) -> None:
    assert (end_of_day(start, 90) + timedelta(hours=8) - timedelta(seconds=1)).date() == expected


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (datetime(2026, 6, 1, 2, 0, tzinfo=UTC), 24, date(2028, 6, 1)),
        (datetime(2026, 11, 30, 2, 0, tzinfo=UTC), 3, date(2027, 2, 28)),  # February has no 30th
        (datetime(2024, 2, 29, 2, 0, tzinfo=UTC), 24, date(2026, 2, 28)),
        (datetime(2026, 12, 31, 17, 0, tzinfo=UTC), 12, date(2028, 1, 1)),  # already 2027 in Beijing
    ],
)
def test_law_13_months_end_on_the_day_with_the_same_number(start: datetime, months: int, expected: date) -> None:
    assert (end_of_month(start, months) + timedelta(hours=8) - timedelta(seconds=1)).date() == expected


def test_law_08_a_limit_into_a_year_without_a_calendar_is_flagged(book: Playbook) -> None:
    december = datetime(2026, 12, 30, 2, 0, tzinfo=UTC)
    june = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
    assert is_assumed(book, "review", december, due_at(book, "review", december, EvenDays()), EvenDays())
    assert not is_assumed(book, "review", june, due_at(book, "review", june, EvenDays()), EvenDays())
    assert not is_assumed(book, "wait", december, due_at(book, "wait", december), EvenDays())  # seconds need no calendar
