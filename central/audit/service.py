"""Every look is logged, in the transaction that hands out what is looked at."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from central.audit.tables import Look
from central.errors import Unprocessable
from central.users.roles import Principal

SHORTEST_REASON = 2
LONGEST_REASON = 500


class LookAction(StrEnum):
    """What was done with the thing looked at."""

    VIEW = "view"
    EXPORT = "export"
    LIVE = "live"


def log_look(
    session: Session, user: Principal, subject: str, reason: str, *, at: datetime, action: LookAction = LookAction.VIEW
) -> None:
    """Record that `user` looks at `subject` ("evidence/<sha256>", "case/<id>") and why; `Unprocessable` without a reason."""
    reason = reason.strip()
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise Unprocessable("say why you look at this (2 to 500 characters); the reason is logged")
    session.add(
        Look(
            at=at, user_id=user.id, user_name=user.name, unit=user.unit, action=action.value, subject=subject[:200], reason=reason
        )
    )


def looks(session: Session, *, subject: str | None = None, before: int | None = None, limit: int = 100) -> Sequence[Look]:
    """The log, latest first, page by page: `before` is the last id of the page before."""
    statement = select(Look).order_by(Look.id.desc()).limit(limit)
    if subject is not None:
        statement = statement.where(Look.subject == subject)
    if before is not None:
        statement = statement.where(Look.id < before)
    return session.scalars(statement).all()
