"""Reading events, and giving a parked one another try."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from central.errors import Conflict, NotFound
from central.events.tables import EventState, StoredEvent
from central.ingest.tables import DeadLetter


def list_events(
    session: Session,
    *,
    state: EventState | None = None,
    site: str | None = None,
    node: str | None = None,
    before: str | None = None,
    limit: int = 100,
) -> Sequence[StoredEvent]:
    """Events, latest id first, page by page: `before` is the last id of the page before."""
    statement = select(StoredEvent).order_by(StoredEvent.id.desc()).limit(limit)
    if state is not None:
        statement = statement.where(StoredEvent.state == state.value)
        if state is not EventState.HANDLED:
            statement = statement.where(StoredEvent.state != EventState.HANDLED.value)  # lets the partial index serve it
    if site is not None:
        statement = statement.where(StoredEvent.site == site)
    if node is not None:
        statement = statement.where(StoredEvent.node == node)
    if before is not None:
        statement = statement.where(StoredEvent.id < before)
    return session.scalars(statement).all()


def retry_event(session: Session, event_id: str) -> StoredEvent:
    """Put a parked event back in line, with all its attempts."""
    row = session.get(StoredEvent, event_id, with_for_update=True)
    if row is None:
        raise NotFound("there is no such event")
    if row.state != EventState.PARKED.value:
        raise Conflict("only a parked event can be tried again")
    row.state, row.attempts, row.retry_at = EventState.NEW.value, 0, None
    return row


def count_parked(session: Session) -> int:
    """Events that could not be handled and wait for a person."""
    parked = (StoredEvent.state == EventState.PARKED.value, StoredEvent.state != EventState.HANDLED.value)
    return session.scalar(select(func.count()).where(*parked)) or 0


def count_dead_letters(session: Session) -> int:
    """Different messages that were refused."""
    return session.scalar(select(func.count()).select_from(DeadLetter)) or 0
