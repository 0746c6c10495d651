"""What is owed, as a table: fine in yuan, paid so many days after the last day, fee in fen."""

from datetime import datetime, timedelta

import pytest

from central.authority.profile import LateFee
from central.payment.rules import Outcome, Owed, judge, late_fee

DUE = datetime.fromisoformat("2026-06-19T00:00:00+08:00")  # the last day is Thursday 18 June

LATE = [
    (150, 0, 0),
    (150, 1, 450),  # 3 % of 150 yuan
    (150, 10, 4500),
    (150, 33, 14850),
    (150, 34, 15000),  # the fee never exceeds the fine
    (150, 400, 15000),
    (20, 1, 60),
    (200, 5, 3000),
]


@pytest.mark.parametrize(("fine", "days", "fen"), LATE)
def test_law_13_three_per_cent_a_day_up_to_the_fine(fine: int, days: int, fen: int) -> None:
    paid_at = DUE - timedelta(hours=2) + timedelta(days=days)
    assert late_fee(fine, DUE, paid_at, LateFee()) == fen


def test_law_13_no_fee_before_the_last_day_is_over_and_none_without_service() -> None:
    assert late_fee(150, DUE, DUE - timedelta(microseconds=1), LateFee()) == 0
    assert late_fee(150, DUE, DUE, LateFee()) == 450  # midnight is the next day
    assert late_fee(150, None, DUE + timedelta(days=99), LateFee()) == 0


def test_a_site_may_ask_for_less() -> None:
    assert late_fee(150, DUE, DUE + timedelta(days=20), LateFee(percent_a_day=1, cap_percent=10)) == 1500


@pytest.mark.parametrize(
    ("amount", "before", "outcome"),
    [(15000, 0, Outcome.SHORT), (15450, 0, Outcome.SETTLED), (450, 15000, Outcome.SETTLED), (20000, 0, Outcome.SETTLED)],
)
def test_short_payments_add_up(amount: int, before: int, outcome: Outcome) -> None:
    assert judge(Owed(15000, 450), amount, before) is outcome
