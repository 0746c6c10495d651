"""The drivers' messages, as their phones show them; numbers are masked before they get here."""

from dataclasses import dataclass
from datetime import datetime

from central.screens.theme import Tone


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One phone in the inbox; `reference` stands for the number in addresses."""

    reference: str
    number: str
    last_text: str
    last_at: datetime
    messages: int


@dataclass(frozen=True, slots=True)
class MessageBubble:
    """One message with what became of it and of the matter it is about."""

    text: str
    at: datetime
    tone: Tone
    status: str
    matter: str


@dataclass(frozen=True, slots=True)
class ThreadView:
    """All messages of one phone, oldest first."""

    number: str
    bubbles: tuple[MessageBubble, ...]
