"""Events and refused messages over HTTP, for administrators."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from sqlalchemy import select

from central.api.access import Administrator, CoreDep
from central.api.problems import RESPONSES
from central.events.service import list_events, retry_event
from central.events.tables import EventState
from central.ingest.tables import DeadLetter

router = APIRouter(prefix="/api/v1", tags=["events"], responses=RESPONSES)

Limit = Annotated[int, Query(ge=1, le=500)]


class EventAnswer(BaseModel):
    """An event without its contents: those belong to the cases."""

    id: str
    site: str
    node: str
    seq: int
    type: str
    time: datetime
    received_at: datetime
    state: EventState
    attempts: int
    reason: str | None = Field(description="why it could not be handled")


class DeadLetterAnswer(BaseModel):
    """A message that was refused."""

    digest: str
    kind: str
    reason: str
    topic: str
    size: int = Field(description="bytes of its payload")
    count: int = Field(description="how often it came")
    first_at: datetime
    last_at: datetime


@router.get("/events", summary="Events, latest first")
def get_events(
    *,
    core: CoreDep,
    _user: Administrator,
    state: EventState | None = None,
    site: str | None = None,
    node: str | None = None,
    before: Annotated[str | None, Query(description="id of the last event of the page before")] = None,
    limit: Limit = 100,
) -> list[EventAnswer]:
    """Page by page; `state=parked` lists what could not be handled."""
    with core.database.reader() as session:
        rows = list_events(session, state=state, site=site, node=node, before=before, limit=limit)
        return [EventAnswer.model_validate(row, from_attributes=True) for row in rows]


@router.post("/events/{event_id}/retry", status_code=202, summary="Handle a parked event again")
def post_retry(event_id: str, core: CoreDep, _user: Administrator) -> None:
    """After the cause has been removed."""
    with core.database.session() as session:
        retry_event(session, event_id)


@router.get("/dead-letters", summary="Refused messages, latest first")
def get_dead_letters(core: CoreDep, _user: Administrator, limit: Limit = 100) -> list[DeadLetterAnswer]:
    """What could not be taken in, and why."""
    with core.database.reader() as session:
        rows = session.scalars(select(DeadLetter).order_by(DeadLetter.last_at.desc(), DeadLetter.digest).limit(limit))
        return [DeadLetterAnswer.model_validate(row, from_attributes=True) for row in rows]
