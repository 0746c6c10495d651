"""Starting, cancelling and listing deadlines, always in the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from central.database import claim
from central.deadlines.tables import Deadline
from central.ids import new_id
from yuhang.clock import Clock


@dataclass(frozen=True, slots=True)
class NewDeadline:
    """A deadline to start: of which case (and kind of case), what it is called, what it pulls, and when.

    `assumed`: counted through a year whose holidays are not known; it is counted again when somebody enters them.
    """

    kind: str
    case_id: str
    name: str
    trigger: str
    due_at: datetime
    assumed: bool = False


def start_deadline(session: Session, clock: Clock, new: NewDeadline) -> Deadline:
    """Let a deadline run; one of the same name that still runs for the case is cancelled."""
    cancel_deadlines(session, clock, new.case_id, new.name)
    last = session.scalar(select(func.max(Deadline.generation)).where(Deadline.case_id == new.case_id, Deadline.name == new.name))
    row = Deadline(
        id=new_id(clock),
        kind=new.kind,
        case_id=new.case_id,
        name=new.name,
        generation=(last or 0) + 1,
        trigger=new.trigger,
        due_at=new.due_at,
        assumed=new.assumed,
        started_at=clock.now(),
        attempts=0,
    )
    session.add(row)
    session.flush()
    return row


def cancel_deadlines(session: Session, clock: Clock, case_id: str, name: str | None = None) -> int:
    """Stop a case's running deadlines (or the one of this name); returns how many."""
    running = select(Deadline).where(Deadline.case_id == case_id, Deadline.fired_at.is_(None), Deadline.cancelled_at.is_(None))
    if name is not None:
        running = running.where(Deadline.name == name)
    # One that a worker holds is about to fire; it will find the case as this transaction leaves it.
    rows = claim(session, running)
    for row in rows:
        row.cancelled_at = clock.now()
    return len(rows)


def assumed_deadlines(session: Session) -> Sequence[Deadline]:
    """Running deadlines that were counted through a year whose holidays were not known, held until the transaction ends."""
    running = (Deadline.fired_at.is_(None), Deadline.cancelled_at.is_(None))
    return session.scalars(
        select(Deadline).where(*running, Deadline.assumed.is_(True)).order_by(Deadline.id).with_for_update()
    ).all()


def deadlines_of(session: Session, case_id: str) -> Sequence[Deadline]:
    """All deadlines that a case has or had, by due time."""
    return session.scalars(select(Deadline).where(Deadline.case_id == case_id).order_by(Deadline.due_at, Deadline.id)).all()


def next_due(session: Session, case_ids: Sequence[str]) -> dict[str, datetime]:
    """The next running deadline of each of these cases that has one."""
    rows = session.execute(
        select(Deadline.case_id, func.min(Deadline.due_at).label("due_at"))
        .where(
            Deadline.case_id.in_(case_ids),
            Deadline.fired_at.is_(None),
            Deadline.cancelled_at.is_(None),
            Deadline.parked_at.is_(None),
        )
        .group_by(Deadline.case_id)
    )
    return {row.case_id: row.due_at for row in rows}
