"""The person concerned as the log of looks knows them: who has shown plate and code, and no more."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from central.audit.service import LookPurpose, log_look

REASON = "PIPL 45; APL 44-45: the person concerned looks at their own case with plate and code"


@dataclass(frozen=True, slots=True)
class PersonConcerned:
    """Without a name: the public page knows none."""

    id: str = "party"
    name: str = "party"
    unit: str = ""


def log_own_look(session: Session, subject: str, at: datetime, content: str = "") -> None:
    """Record that the person concerned is shown something of their case."""
    log_look(session, PersonConcerned(), subject, REASON, at=at, purpose=LookPurpose.DISCLOSURE, content=content)
