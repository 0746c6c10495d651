"""What every way out does: it takes a message, and says at once whether it has it. Delivery is reported later, by a receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol, runtime_checkable

from central.notify.templates import WrittenNotice


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message; the same `id` always stands for the same message, so handing it over twice must send it once.

    `to` is None where central holds no number. `again`: it was handed over before and no answer came, so it may be there already.
    """

    id: str
    to: str | None
    plate: str
    notice: WrittenNotice
    again: bool = False

    def __repr__(self) -> str:
        return f"OutgoingMessage({self.id}, {self.notice.template})"  # neither number, plate nor text belong in logs


class Answer(StrEnum):
    """What a channel says to a message."""

    TAKEN = "taken"
    REFUSED = "refused"  # asking again will not help
    AWAY = "away"  # no answer, or "later"


@dataclass(frozen=True, slots=True)
class Handover:
    """The answer, the channel's own number for the message, and its error code; neither text nor number of a person."""

    answer: Answer
    reference: str = ""
    detail: str = ""


class Channel(Protocol):
    """Hands messages over."""

    @property
    def needs_number(self) -> bool:
        """Whether it needs the owner's telephone number; if not, it goes by the number plate."""

    def send(self, message: OutgoingMessage) -> Handover:
        """Hand one message over; never raises for what the other side does."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of the message `id`: `at` is the carrier's own time of delivery or failure.

    `resolution_s` says to how many seconds that time is given: one that is cut to the second may lie before the sending.
    """

    id: str
    status: Literal["delivered", "failed"]
    at: datetime
    resolution_s: float = 0.0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A message that was handed over and of which nothing has been heard."""

    id: str
    to: str | None
    reference: str
    sent_at: datetime

    def __repr__(self) -> str:
        return f"Inquiry({self.id})"


@runtime_checkable
class AnswersInquiries(Protocol):
    """A channel that can be asked for receipts, because the carrier's own reports may get lost."""

    def receipts_of(self, inquiries: Sequence[Inquiry]) -> Sequence[Receipt]:
        """What is known by now; messages that are still under way are left out. Never raises for what the other side does."""
