"""Legal holds: placed and lifted by name and with a reason; nothing of a held case is deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from central.cases.tables import Case
from central.errors import Conflict, NotFound, Unprocessable
from central.ids import new_id
from central.retention.tables import LegalHold, PurgedCase
from central.users.roles import Principal
from yuhang.clock import Clock


@dataclass(frozen=True, slots=True)
class NewHold:
    """What is to be held, why, and until when (None: until it is lifted)."""

    case_id: str
    reason: str
    until: datetime | None = None


def place_hold(session: Session, clock: Clock, user: Principal, new: NewHold) -> LegalHold:
    """Hold a case; `NotFound`, `Conflict` if it has been purged, `Unprocessable` without a reason or with an end that is past."""
    now = clock.now()
    if len(new.reason.strip()) < 2:
        raise Unprocessable("say why the case is held; the reason is recorded with your name", "reason_missing")
    if new.until is not None and new.until <= now:
        raise Unprocessable("the hold would be over already", "hold_over")
    # The lock makes this and a purge of the same case come one after the other.
    if session.scalar(select(Case.id).where(Case.id == new.case_id).with_for_update()) is None:
        raise NotFound("there is no such case", "no_such_case")
    if session.get(PurgedCase, new.case_id) is not None:
        raise Conflict("the time of this case was over: its files and personal data have been deleted", "case_deleted")
    if (twin := _twin(session, user, new)) is not None:
        return twin  # the form was sent twice
    hold = LegalHold(
        id=new_id(clock),
        case_id=new.case_id,
        reason=new.reason.strip(),
        placed_by=user.name,
        unit=user.unit,
        placed_at=now,
        until=new.until,
    )
    session.add(hold)
    session.flush()
    return hold


def lift_hold(session: Session, clock: Clock, user: Principal, hold_id: str, reason: str) -> LegalHold:
    """End a hold; what it held goes at the earliest with the announcement after this."""
    hold = session.get(LegalHold, hold_id, with_for_update=True)
    if hold is None:
        raise NotFound("there is no such hold", "no_hold")
    if hold.lifted_at is not None:
        raise Conflict("the hold has been lifted", "hold_lifted")
    if len(reason.strip()) < 2:
        raise Unprocessable("say why the hold is lifted; the reason is recorded with your name", "reason_missing")
    hold.lifted_at, hold.lifted_by, hold.lifted_reason = clock.now(), user.name, reason.strip()
    return hold


def list_holds(session: Session, *, case_id: str = "", all_of_them: bool = False) -> Sequence[LegalHold]:
    """Holds, latest first; those that were lifted only if asked for."""
    statement = select(LegalHold).order_by(LegalHold.id.desc())
    if case_id:
        statement = statement.where(LegalHold.case_id == case_id)
    if not all_of_them:
        statement = statement.where(LegalHold.lifted_at.is_(None))
    return session.scalars(statement).all()


def held_at(moment: datetime) -> ColumnElement[bool]:
    """Condition on `LegalHold`: it holds at `moment`, the time of the announcement by which something would be deleted."""
    not_lifted = or_(LegalHold.lifted_at.is_(None), LegalHold.lifted_at > moment)
    return not_lifted & or_(LegalHold.until.is_(None), LegalHold.until > moment)


def _twin(session: Session, user: Principal, new: NewHold) -> LegalHold | None:
    """A hold that runs and is the same in all that was said."""
    running = LegalHold.case_id == new.case_id, LegalHold.lifted_at.is_(None), LegalHold.placed_by == user.name
    said = (
        LegalHold.reason == new.reason.strip(),
        LegalHold.until.is_(None) if new.until is None else LegalHold.until == new.until,
    )
    return session.scalar(select(LegalHold).where(*running, *said).limit(1))
