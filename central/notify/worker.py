"""The workers that hand notices to their channels, until one has them or their time is over, and that ask for receipts.

The attempt is written down before it is made: should the process die in between, the notice is handed over once more with the
same id, and the channel sends it once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from central.database import Database, claim
from central.errors import Problem
from central.notify.channels.building import Route
from central.notify.channels.channel import Answer, AnswersInquiries, Handover, Inquiry, OutgoingMessage, Receipt
from central.notify.config import NotifyConfig
from central.notify.service import RECIPIENT_PURPOSE, NotifyService
from central.notify.tables import NoticeSending, NoticeStatus, Notification
from central.notify.templates import WrittenNotice
from central.secrets import SecretKey
from yuhang.clock import Clock

log = structlog.get_logger(__name__)

BATCH = 20


@dataclass(frozen=True, slots=True)
class NotifyParts:
    """What the workers work with."""

    database: Database
    clock: Clock
    secret: SecretKey
    service: NotifyService
    config: NotifyConfig


@dataclass(frozen=True, slots=True)
class Errand:
    """A message and the way it takes."""

    notice_id: str
    route: Route
    message: OutgoingMessage


class NotifyWorker:
    """Hands over what is due, in small batches."""

    name = "notify"

    def __init__(self, parts: NotifyParts) -> None:
        self._parts = parts
        self._delivery = parts.service.delivery

    def run_once(self) -> int:
        """Hand over one batch; returns how many notices were taken up."""
        with self._parts.database.reader() as session:
            if session.scalar(self._due().limit(1)) is None:
                return 0
        errands = self._take_up()
        for errand in errands:
            self._record(errand, errand.route.channel.send(errand.message))
        return len(errands)

    def _due(self) -> Select[Notification]:
        open_ones = Notification.status.in_([NoticeStatus.QUEUED.value, NoticeStatus.SENT.value])
        due = open_ones, Notification.next_try_at <= self._parts.clock.now()
        return select(Notification).where(*due).order_by(Notification.next_try_at, Notification.id).limit(BATCH)

    def _take_up(self) -> list[Errand]:
        with self._parts.database.session() as session:
            errands = [self._errand(session, row) for row in claim(session, self._due())]
        return [errand for errand in errands if errand is not None]

    def _errand(self, session: Session, row: Notification) -> Errand | None:
        now = self._parts.clock.now()
        if row.expires_at <= now:
            if row.status == NoticeStatus.QUEUED.value:
                self._delivery.fail(session, row, "not handed over in time", NoticeStatus.EXPIRED)
            row.next_try_at = None
            return None
        sending = self._delivery.take_up(session, row)
        route = self._delivery.channels.named(sending.channel) if sending else None
        if sending is None or route is None:
            return None
        message = self._message(row, sending)
        row.attempts, sending.attempts = row.attempts + 1, sending.attempts + 1
        row.first_try_at, sending.first_try_at = row.first_try_at or now, sending.first_try_at or now
        row.next_try_at = now + timedelta(seconds=self._retry_s(sending.attempts) + self._lease_s())
        return Errand(row.id, route, message)

    def _message(self, row: Notification, sending: NoticeSending) -> OutgoingMessage:
        return OutgoingMessage(sending.id, _number(self._parts.secret, row), row.plate, written(row), again=sending.attempts > 0)

    def _retry_s(self, attempts: int) -> float:
        """Wait after an attempt that failed: doubles each time."""
        config = self._parts.config
        return min(config.longest_retry_s, config.first_retry_s * 2.0 ** min(attempts - 1, 16))

    def _lease_s(self) -> float:
        """Longest time the batch may take, in seconds of the clock: until then nobody else takes its notices up."""
        return self._delivery.channels.timeout_s * self._parts.clock.speed * BATCH

    def _record(self, errand: Errand, handover: Handover) -> None:
        with self._parts.database.session() as session:
            row = session.scalars(select(Notification).where(Notification.id == errand.notice_id).with_for_update()).one()
            sending = session.get_one(NoticeSending, errand.message.id)
            match handover.answer:
                case Answer.TAKEN:
                    self._delivery.taken(session, row, sending, handover)
                case Answer.REFUSED:
                    detail = f"the gateway refused it: {handover.detail}" if handover.detail else "the gateway refused it"
                    self._delivery.refused(session, row, sending, detail)
                case Answer.AWAY:
                    sending.detail = handover.detail[:200]
                    # The attempt is over, so its lease need not run out.
                    if row.next_try_at is not None:
                        retry_at = self._parts.clock.now() + timedelta(seconds=self._retry_s(sending.attempts))
                        given_up_at = self._delivery.given_up_at(session, row, sending)
                        row.next_try_at = min(retry_at, given_up_at or retry_at)


class ReceiptWorker:
    """Asks the channels that can be asked for receipts that have not come by themselves."""

    name = "receipts"

    def __init__(self, parts: NotifyParts) -> None:
        self._parts = parts
        self._delivery = parts.service.delivery

    def run_once(self) -> int:
        """Ask for one batch; returns how many messages were asked about."""
        asked = 0
        for route in self._delivery.channels.routes:
            if isinstance(route.channel, AnswersInquiries) and route.ask_after_s is not None:
                inquiries = self._take_up(route.name, route.ask_after_s)
                if inquiries:
                    self._record(route.name, route.channel.receipts_of(inquiries))
                asked += len(inquiries)
        return asked

    def _take_up(self, channel: str, every_s: float) -> list[Inquiry]:
        now = self._parts.clock.now()
        due = NoticeSending.channel == channel, NoticeSending.status == NoticeStatus.SENT.value, NoticeSending.ask_at <= now
        inquiries = []
        with self._parts.database.session() as session:
            statement = select(NoticeSending).where(*due).order_by(NoticeSending.ask_at, NoticeSending.id).limit(BATCH)
            for row in claim(session, statement):
                notice = session.get_one(Notification, row.notice_id)
                number = _number(self._parts.secret, notice)
                inquiries.append(Inquiry(row.id, number, row.reference, row.sent_at or now))
                still_wanted = notice.expires_at > now  # one last answer is asked for after that
                row.ask_at = now + timedelta(seconds=every_s) if still_wanted else None
        return inquiries

    def _record(self, channel: str, receipts: Sequence[Receipt]) -> None:
        for receipt in receipts:
            try:
                with self._parts.database.session() as session:
                    self._parts.service.take_receipt(session, receipt, channel)
            except Problem as problem:
                log.warning("receipt_refused", message=receipt.id, channel=channel, reason=str(problem))
                self._delivery.metrics.receipts_refused.inc()


def written(row: Notification) -> WrittenNotice:
    """The notice as it was written."""
    words = {key: str(value) for key, value in row.variables.items()}
    return WrittenNotice(row.template, row.code, row.voice_code, row.signature, row.text, words, row.segments)


def _number(secret: SecretKey, row: Notification) -> str | None:
    return None if row.recipient_protected is None else secret.decrypt(row.recipient_protected, RECIPIENT_PURPOSE)
