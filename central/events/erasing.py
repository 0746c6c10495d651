"""Takes the plate out of the stored events of a case whose time is over."""

import json
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from ulid import ULID

from central.erasure import EndedCase
from central.events.tables import StoredEvent

_MARGIN = timedelta(days=2)  # a node's clock, and events that came late


def erase_events(session: Session, ended: EndedCase) -> None:
    """The pseudonym in place of the plate in every event of the stop; ids, numbers and times stay, so that no gap appears."""
    if ended.track is None:
        return
    statement = (
        select(StoredEvent)
        .where(StoredEvent.site == ended.site, StoredEvent.node == ended.node)
        .where(StoredEvent.id.between(_id_at(ended.opened_at - _MARGIN), _id_at(ended.closed_at + _MARGIN)))
        .where(StoredEvent.payload.contains(ended.track, autoescape=True))
    )
    for row in session.scalars(statement):
        document = json.loads(row.payload)
        plate = document.get("data", {}).get("plate")
        if document["data"].get("track") == ended.track and plate:
            plate["text"] = ended.pseudonym or None
            row.payload = json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _id_at(moment: datetime) -> str:
    return str(ULID.from_datetime(moment))
