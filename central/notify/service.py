"""The notification outbox: notices are queued with the decision that needs them, and receipts are taken once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from central.database import claim
from central.errors import NotFound, Unprocessable
from central.ids import new_id
from central.notify.channels.channel import Receipt
from central.notify.delivery import Delivery
from central.notify.tables import NoticeSending, NoticeStatus, Notification
from central.notify.templates import WrittenNotice
from central.secrets import SecretKey

log = structlog.get_logger(__name__)

RECIPIENT_PURPOSE = "recipient"
MAX_FUTURE_S = 60.0  # a receipt from farther in the future than this is a wrong clock, unless configured otherwise


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A notice to queue. A case has at most one notice of a template for an `occasion`.

    `phone` is None where central holds no number.
    """

    kind: str
    case_id: str
    plate: str
    phone: str | None
    masked: str
    written: WrittenNotice
    expires_at: datetime
    occasion: str = ""


class NotifyService:
    """Queues, cancels and lists notices, and takes receipts."""

    def __init__(self, secret: SecretKey, delivery: Delivery, future_tolerance_s: float = MAX_FUTURE_S) -> None:
        self._secret = secret
        self._clock = delivery.clock
        self._future = timedelta(seconds=future_tolerance_s)
        self.delivery = delivery

    @property
    def without_number(self) -> bool:
        """Whether an owner of whom central has no number may be reached: the authority or an app sends by the plate."""
        return self.delivery.channels.without_number

    def queue(self, session: Session, new: NewNotice) -> Notification:
        """Put a notice in the outbox, in the caller's transaction; the same notice a second time changes nothing."""
        written = new.written
        same = (
            Notification.case_id == new.case_id,
            Notification.template == written.template,
            Notification.occasion == new.occasion,
        )
        known = session.scalar(select(Notification).where(*same))
        if known is not None:
            return known
        now = self._clock.now()
        row = Notification(
            id=new_id(self._clock),
            kind=new.kind,
            case_id=new.case_id,
            plate=new.plate,
            template=written.template,
            occasion=new.occasion,
            code=written.code,
            voice_code=written.voice_code,
            signature=written.signature,
            recipient_protected=self._secret.encrypt(new.phone, RECIPIENT_PURPOSE) if new.phone else None,
            recipient_masked=new.masked,
            recipient_reference=self._secret.token(new.phone or new.plate, RECIPIENT_PURPOSE),
            text=written.text,
            variables=dict(written.variables),
            segments=written.segments,
            status=NoticeStatus.QUEUED.value,
            attempts=0,
            queued_at=now,
            next_try_at=now,
            expires_at=new.expires_at,
        )
        session.add(row)
        session.flush()
        return row

    def cannot_send(self, session: Session, new: NewNotice, why: str) -> Notification:
        """Put down a notice that no channel can take: it stands among the undelivered ones until a person has told otherwise."""
        row = self.queue(session, new)
        row.status, row.closed_at, row.next_try_at, row.detail = NoticeStatus.FAILED.value, self._clock.now(), None, why[:200]
        session.flush()
        return row

    def cancel(self, session: Session, case_id: str) -> int:
        """Hold back the notices of a case that have not been handed over; returns how many.

        One that a channel has already takes no further channel.
        """
        waiting = select(Notification).where(
            Notification.case_id == case_id, Notification.status == NoticeStatus.QUEUED.value, Notification.attempts == 0
        )
        rows = claim(session, waiting)  # one that is being handed over right now can no longer be held back
        for row in rows:
            row.status, row.closed_at, row.next_try_at = NoticeStatus.CANCELLED.value, self._clock.now(), None
        sent = select(Notification).where(Notification.case_id == case_id, Notification.status == NoticeStatus.SENT.value)
        for row in claim(session, sent):
            row.next_try_at = None
        return len(rows)

    def take_receipt(self, session: Session, receipt: Receipt, channel: str | None = None) -> bool:
        """Record what a carrier reports; false for a repeat. The first delivery stands, whatever is reported later.

        Raises `NotFound` for an unknown message, or one that another channel than `channel` has, and `Unprocessable` for a time
        that cannot be: before it was handed over, or in the future.
        """
        sending = session.get(NoticeSending, receipt.id)
        if sending is None and session.get(Notification, receipt.id) is not None:
            raise Unprocessable("the receipt is for a notice that was never handed over; check the gateway")
        if sending is None or channel not in {None, sending.channel}:
            raise NotFound("there is no such message")
        # Always the notice before its sendings, so that two transactions never wait for each other.
        notice = session.scalars(select(Notification).where(Notification.id == sending.notice_id).with_for_update()).one()
        session.refresh(sending)
        return self.delivery.received(session, notice, sending, self._possible(sending, receipt))

    def _possible(self, sending: NoticeSending, receipt: Receipt) -> Receipt:
        now, first = self._clock.now(), sending.first_try_at
        if receipt.at > now + self._future:
            raise Unprocessable("the receipt's time lies in the future; check the gateway's clock")
        if first is None or receipt.at < first - timedelta(seconds=receipt.resolution_s):
            raise Unprocessable("the receipt's time lies before the notice was sent; check the gateway's clock")
        if receipt.resolution_s:  # cut to the second: what is certain is the end of that second
            whole = receipt.at + timedelta(seconds=receipt.resolution_s)
            return Receipt(receipt.id, receipt.status, max(first, min(whole, now)), 0.0, receipt.detail)
        return receipt


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
