"""Messages that did not arrive: they wait for a person who tells in another way, with way, date and proof (PROC 55-56)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from central.cases.acts import Service
from central.errors import Conflict, NotFound, Unprocessable
from central.notify.tables import NoticeStatus, Notification

MOST = 200


def undelivered(session: Session, templates: Sequence[str], now: datetime) -> Sequence[Notification]:
    """Those of these templates that failed or of which nothing was heard in time, and nobody has told otherwise; oldest first."""
    statement = select(Notification).where(Notification.template.in_(templates), *_waiting(now))
    return session.scalars(statement.order_by(Notification.queued_at, Notification.id).limit(MOST)).all()


def told_otherwise(session: Session, notice_id: str, service: Service, by: str, now: datetime) -> Notification:
    """Put down how the person was told instead.

    Raises `NotFound`, `Conflict` (it has arrived, is still under way, or somebody has told already) or `Unprocessable` (a day
    that cannot be).
    """
    notice = waiting_notice(session, notice_id, now)
    if not notice.queued_at <= service.at <= now:
        raise Unprocessable("service.at: nobody is told before the message was written, nor in the future", "message_told_when")
    notice.otherwise = {**service.model_dump(mode="json"), "by": by}
    session.flush()
    return notice


def waiting_notice(session: Session, notice_id: str, now: datetime) -> Notification:
    """One that waits, locked. Raises `NotFound`, or `Conflict` (it has arrived, is under way, or somebody was faster)."""
    notice = session.scalar(select(Notification).where(Notification.id == notice_id).with_for_update())
    if notice is None:
        raise NotFound("there is no such message", "no_message")
    if notice.otherwise is not None:
        by = notice.otherwise["by"]
        raise Conflict(f"{by} has told the person already", "message_told_by", by=by)
    if session.scalar(select(Notification.id).where(Notification.id == notice_id, *_waiting(now))) is None:
        raise Conflict("the message has arrived, or is still under way", "message_arrived")
    return notice


def _waiting(now: datetime) -> tuple[ColumnElement[bool], ...]:
    failed = Notification.status.in_([NoticeStatus.FAILED.value, NoticeStatus.EXPIRED.value])
    silent = and_(Notification.status == NoticeStatus.SENT.value, Notification.expires_at <= now)
    return Notification.otherwise.is_(None), or_(failed, silent)
