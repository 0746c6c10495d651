"""The notification outbox: notices are queued with the decision that needs them, and receipts are taken once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from central.database import claim
from central.errors import NotFound, Unprocessable
from central.ids import new_id
from central.notify.tables import NoticeStatus, Notification
from central.secrets import SecretKey
from yuhang.clock import Clock

log = structlog.get_logger(__name__)

RECIPIENT_PURPOSE = "recipient"
MAX_FUTURE_S = 60.0  # a receipt from farther in the future than this is a wrong clock


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A notice to queue. A case has at most one notice of a template."""

    kind: str
    case_id: str
    template: str
    phone: str
    masked: str
    text: str
    variables: Mapping[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the gateway reports: `at` is its own time of delivery or failure."""

    id: str
    status: Literal["delivered", "failed"]
    at: datetime


class NoticeListener(Protocol):
    """The feature whose notice it is; called in the transaction that records the change."""

    def notice_sent(self, session: Session, notice: Notification) -> None:
        """The gateway has taken the notice."""

    def notice_delivered(self, session: Session, notice: Notification) -> None:
        """The notice was delivered at `notice.delivered_at`."""

    def notice_failed(self, session: Session, notice: Notification) -> None:
        """The notice will not be delivered; `notice.detail` says why."""


class NotifyService:
    """Queues, cancels and lists notices, and takes receipts."""

    def __init__(self, secret: SecretKey, clock: Clock, listeners: Mapping[str, NoticeListener]) -> None:
        self._secret = secret
        self._clock = clock
        self.listeners = listeners

    def queue(self, session: Session, new: NewNotice) -> Notification:
        """Put a notice in the outbox, in the caller's transaction; the same notice a second time changes nothing."""
        known = session.scalar(
            select(Notification).where(Notification.case_id == new.case_id, Notification.template == new.template)
        )
        if known is not None:
            return known
        now = self._clock.now()
        row = Notification(
            id=new_id(self._clock),
            kind=new.kind,
            case_id=new.case_id,
            template=new.template,
            recipient_protected=self._secret.encrypt(new.phone, RECIPIENT_PURPOSE),
            recipient_masked=new.masked,
            recipient_reference=self._secret.token(new.phone, RECIPIENT_PURPOSE),
            text=new.text,
            variables=dict(new.variables),
            status=NoticeStatus.QUEUED.value,
            attempts=0,
            queued_at=now,
            next_try_at=now,
            expires_at=new.expires_at,
        )
        session.add(row)
        session.flush()
        return row

    def cancel(self, session: Session, case_id: str) -> int:
        """Hold back the notices of a case that have not been handed over; returns how many."""
        waiting = select(Notification).where(
            Notification.case_id == case_id, Notification.status == NoticeStatus.QUEUED.value, Notification.attempts == 0
        )
        rows = claim(session, waiting)  # one that is being handed over right now can no longer be held back
        for row in rows:
            row.status, row.closed_at = NoticeStatus.CANCELLED.value, self._clock.now()
        return len(rows)

    def take_receipt(self, session: Session, receipt: Receipt) -> bool:
        """Record what the gateway reports; false for a repeat. The first delivery stands, whatever is reported later.

        Raises `NotFound` for an unknown notice and `Unprocessable` for a time that cannot be.
        """
        row = session.scalar(select(Notification).where(Notification.id == receipt.id).with_for_update())
        if row is None:
            raise NotFound("there is no such notice")
        self._check_time(row, receipt.at)
        if row.status in {NoticeStatus.DELIVERED.value, NoticeStatus.FAILED.value}:
            return False
        if receipt.status == "failed":
            self.fail(session, row, "the gateway could not deliver it")
            return True
        row.status, row.delivered_at = NoticeStatus.DELIVERED.value, receipt.at
        row.sent_at = row.sent_at or row.first_try_at
        session.flush()
        self.listeners[row.kind].notice_delivered(session, row)
        return True

    def fail(self, session: Session, row: Notification, detail: str, status: NoticeStatus = NoticeStatus.FAILED) -> None:
        """The notice ends undelivered."""
        row.status, row.closed_at, row.detail = status.value, self._clock.now(), detail
        session.flush()
        self.listeners[row.kind].notice_failed(session, row)

    def _check_time(self, row: Notification, at: datetime) -> None:
        if at > self._clock.now() + timedelta(seconds=MAX_FUTURE_S):
            raise Unprocessable("the receipt's time lies in the future; check the gateway's clock")
        if row.first_try_at is None or at < row.first_try_at:
            raise Unprocessable("the receipt's time lies before the notice was sent; check the gateway's clock")


def notices_of(session: Session, case_id: str) -> Sequence[Notification]:
    """All notices of a case, oldest first."""
    return session.scalars(select(Notification).where(Notification.case_id == case_id).order_by(Notification.id)).all()


def threads(session: Session, limit: int = 100) -> Sequence[Notification]:
    """The latest notices handed to the gateway, for an inbox; group them by `recipient_reference`."""
    statement = select(Notification).where(Notification.sent_at.is_not(None)).order_by(Notification.id.desc()).limit(limit)
    return session.scalars(statement).all()


def thread(session: Session, reference: str, limit: int = 100) -> Sequence[Notification]:
    """The notices to one number, oldest first."""
    statement = select(Notification).where(Notification.recipient_reference == reference).order_by(Notification.id.desc())
    return tuple(reversed(session.scalars(statement.limit(limit)).all()))
