"""What a feature does when the time of a case is over: take out what says who it was about, and leave what figures need."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from central.secrets import SecretKey

_PSEUDONYM = 11  # characters, with the mark before them as many as a plate has at most


@dataclass(frozen=True, slots=True)
class EndedCase:
    """A case whose time is over; `pseudonym` takes the place of the plate (empty: nothing does)."""

    id: str
    site: str
    node: str
    track: str | None
    plate: str | None
    pseudonym: str
    opened_at: datetime
    closed_at: datetime


Eraser = Callable[[Session, EndedCase], None]
"""Takes the personal data of a case out of a feature's tables, in the transaction that records the deletion."""


def pseudonym(secret: SecretKey, plate: str) -> str:
    """What takes the place of a plate: the same for the same plate, and nothing that leads back to it without the key."""
    return "~" + secret.token(plate, "plate pseudonym")[:_PSEUDONYM]
