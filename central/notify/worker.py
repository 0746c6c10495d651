"""The worker that hands notices to the gateway, again and again until it has them or their time is over.

The attempt is written down before it is made: should the process die in between, the notice is handed over once more with the
same id, and the gateway sends it once.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from central.database import Database, claim
from central.notify.config import NotifyConfig
from central.notify.gateway import Answer, MessageGateway, OutgoingMessage
from central.notify.service import RECIPIENT_PURPOSE, NotifyService
from central.notify.tables import NoticeStatus, Notification
from central.secrets import SecretKey
from yuhang.clock import Clock

BATCH = 20


@dataclass(frozen=True, slots=True)
class NotifyParts:
    """What the worker works with."""

    database: Database
    clock: Clock
    secret: SecretKey
    gateway: MessageGateway
    service: NotifyService
    config: NotifyConfig


class NotifyWorker:
    """Hands over what is due, in small batches."""

    name = "notify"

    def __init__(self, parts: NotifyParts) -> None:
        self._parts = parts

    def run_once(self) -> int:
        """Hand over one batch; returns how many notices were taken up."""
        with self._parts.database.reader() as session:
            if session.scalar(self._due().limit(1)) is None:
                return 0
        messages = self._take_up()
        for message in messages:
            self._record(message.id, self._parts.gateway.send(message))
        return len(messages)

    def _due(self) -> Select[Notification]:
        waiting = Notification.status == NoticeStatus.QUEUED.value, Notification.next_try_at <= self._parts.clock.now()
        return select(Notification).where(*waiting).order_by(Notification.next_try_at, Notification.id).limit(BATCH)

    def _take_up(self) -> list[OutgoingMessage]:
        now = self._parts.clock.now()
        messages = []
        with self._parts.database.session() as session:
            for row in claim(session, self._due()):
                if row.expires_at <= now:
                    self._parts.service.fail(session, row, "not handed over in time", NoticeStatus.EXPIRED)
                    continue
                row.attempts += 1
                row.first_try_at = row.first_try_at or now
                row.next_try_at = now + timedelta(seconds=self._retry_s(row.attempts) + self._lease_s())
                messages.append(self._message(row))
        return messages

    def _message(self, row: Notification) -> OutgoingMessage:
        to = self._parts.secret.decrypt(row.recipient_protected, RECIPIENT_PURPOSE)
        return OutgoingMessage(row.id, to, row.template, row.text, {key: str(value) for key, value in row.variables.items()})

    def _retry_s(self, attempts: int) -> float:
        """Wait after an attempt that failed: doubles each time."""
        config = self._parts.config
        return min(config.longest_retry_s, config.first_retry_s * 2.0 ** min(attempts - 1, 16))

    def _lease_s(self) -> float:
        """Longest time the batch may take, in seconds of the clock: until then nobody else takes its notices up."""
        return self._parts.config.timeout_s * self._parts.clock.speed * BATCH

    def _record(self, notice_id: str, answer: Answer) -> None:
        if answer is Answer.AWAY:
            self._put_off(notice_id)
            return
        with self._parts.database.session() as session:
            row = self._locked(session, notice_id)
            if row.status != NoticeStatus.QUEUED.value:  # the receipt was faster than this answer
                return
            if answer is Answer.REFUSED:
                self._parts.service.fail(session, row, "the gateway refused it")
                return
            row.status, row.sent_at = NoticeStatus.SENT.value, self._parts.clock.now()
            session.flush()
            self._parts.service.listeners[row.kind].notice_sent(session, row)

    def _put_off(self, notice_id: str) -> None:
        """The gateway was away: the attempt is over, so its lease need not run out."""
        with self._parts.database.session() as session:
            row = self._locked(session, notice_id)
            row.next_try_at = self._parts.clock.now() + timedelta(seconds=self._retry_s(row.attempts))

    def _locked(self, session: Session, notice_id: str) -> Notification:
        return session.scalars(select(Notification).where(Notification.id == notice_id).with_for_update()).one()
