"""What is owed, and what a reported payment means. Pure; amounts are fen (1/100 yuan)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from central.authority.profile import LateFee
from central.cases.calendar import beijing_day

FEN = 100


class Outcome(StrEnum):
    """What became of a payment; all but `settled` wait for a person."""

    SETTLED = "settled"  # the fine and, where it came late, the late fee
    SHORT = "short"  # less than is owed: on record until the rest comes
    DOUBLE = "double"  # paid before: to be paid back
    EARLY = "early"  # there is no decision: to be paid back
    NOT_OWED = "not_owed"  # the case ended without a fine: to be paid back
    UNKNOWN = "unknown"  # there is no such case


@dataclass(frozen=True, slots=True)
class Owed:
    """What a case owes on a day: the fine, and the late fee where that day lies after the last day of payment."""

    fine: int
    late_fee: int

    @property
    def total(self) -> int:
        """Both, fen."""
        return self.fine + self.late_fee


def late_fee(fine_yuan: int, due: datetime | None, paid_at: datetime, rule: LateFee) -> int:
    """Fen owed on top (PROC 60; APL 72): a part of the fine for each day after the last day of payment, never above the cap.

    `due` is the midnight that ends the last day; None while no limit runs (the decision has not been served).
    """
    if due is None:
        return 0
    last_day = beijing_day(due - timedelta(microseconds=1))
    days = max(0, (beijing_day(paid_at) - last_day).days)
    percent = min(rule.percent_a_day * days, rule.cap_percent)
    return round(fine_yuan * percent)  # fine * 100 fen * percent / 100


def judge(owed: Owed, amount: int, before: int) -> Outcome:
    """Whether this amount, with what was paid short before, settles what is owed. More than owed settles too."""
    return Outcome.SETTLED if before + amount >= owed.total else Outcome.SHORT
