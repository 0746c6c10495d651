"""What people have to do with cases, as the tabs of the queue: each state that waits for somebody belongs to one of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Task(StrEnum):
    """A kind of work, in the order in which a case meets it."""

    REVIEW = "review"
    SECOND = "second"
    FOOT = "foot"
    INFORM = "inform"
    ANSWER = "answer"
    DECIDE = "decide"
    SERVE = "serve"
    REMOVE = "remove"
    OVERDUE = "overdue"
    PAYMENTS = "payments"


STATES: Mapping[Task, tuple[str, ...]] = {
    Task.REVIEW: ("draft", "handed_over"),
    Task.SECOND: ("second_review",),
    Task.FOOT: ("on_foot",),
    Task.INFORM: ("entered",),
    Task.ANSWER: ("objected", "driver_named", "contested", "reconsidered"),
    Task.DECIDE: ("ready",),
    Task.SERVE: ("decided",),
    Task.REMOVE: ("removing",),
}
"""`overdue` and `payments` cut across the states: a red light, a payment that settled nothing."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of the queue with the number of its cases."""

    href: str
    word: str
    count: int
    chosen: bool
    pressing: bool = False


@dataclass(frozen=True, slots=True)
class LooseEnds:
    """What has come to nothing and waits for a person beside the cases: payments, messages."""

    payments: int = 0
    messages: int = 0


def task_of(text: str) -> Task | None:
    """The task that an address names."""
    return Task(text) if text in set(Task) else None
