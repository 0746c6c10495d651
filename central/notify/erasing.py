"""Takes out of the notices of a case whose time is over whom they were for and what they said."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from central.erasure import EndedCase
from central.notify.tables import Notification


def erase_notices(session: Session, ended: EndedCase) -> None:
    """Plate, recipient and text; that a notice was sent, when, and what it cost stays."""
    session.execute(
        update(Notification)
        .where(Notification.case_id == ended.id)
        .values(
            plate=ended.pseudonym,
            recipient_protected=None,
            recipient_masked="",
            recipient_reference="",
            text="",
            variables={},
            detail="",
        )
    )
