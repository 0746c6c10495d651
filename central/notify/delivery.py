"""How a notice finds its way over the channels: one after the other, and the first delivery stands.

A channel that refuses or fails is followed by the next at once; one that does not answer is tried again and followed when its
limit is over; one that has the message but no receipt is followed after its wait. Both of these keep their chance: whichever
delivers first has delivered. Every function works in the caller's transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from central.cases.calendar import BEIJING
from central.ids import new_id
from central.metrics import Metrics
from central.notify.channels.building import HAO_PER_YUAN, Channels
from central.notify.channels.channel import Handover, Receipt
from central.notify.tables import NoticeSending, NoticeStatus, Notification
from yuhang.clock import Clock

_OPEN = frozenset({NoticeStatus.QUEUED.value, NoticeStatus.SENT.value})


class NoticeListener(Protocol):
    """The feature whose notice it is; called in the transaction that records the change."""

    def notice_sent(self, session: Session, notice: Notification) -> None:
        """A channel has taken the notice; called for the first that does."""

    def notice_delivered(self, session: Session, notice: Notification) -> None:
        """The notice was delivered at `notice.delivered_at`."""

    def notice_failed(self, session: Session, notice: Notification) -> None:
        """The notice will not be delivered; `notice.detail` says why."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Moves notices and their sendings on."""

    clock: Clock
    channels: Channels
    metrics: Metrics
    listeners: Mapping[str, NoticeListener]

    def sendings(self, session: Session, notice: Notification) -> list[NoticeSending]:
        """The sendings of a notice, in the order in which its channels were tried."""
        statement = select(NoticeSending).where(NoticeSending.notice_id == notice.id).order_by(NoticeSending.id)
        return list(session.scalars(statement))

    def take_up(self, session: Session, notice: Notification) -> NoticeSending | None:
        """The sending that is to be handed over now, made where its channel is new; None where none is left."""
        known = self.sendings(session, notice)
        waiting = next((sending for sending in known if sending.status == NoticeStatus.QUEUED.value), None)
        if waiting is not None and self.channels.named(waiting.channel) is not None:
            given_up_at = self.given_up_at(session, notice, waiting)
            if given_up_at is None or self.clock.now() < given_up_at:
                return waiting
            waiting.status, waiting.closed_at = NoticeStatus.GIVEN_UP.value, self.clock.now()
        route = self.channels.after((sending.channel for sending in known), has_number=notice.recipient_protected is not None)
        if route is None:
            if not any(sending.status == NoticeStatus.SENT.value for sending in known):
                self.fail(session, notice, "no channel reaches the owner")
            notice.next_try_at = None
            return None
        # The first sending is known by the notice's own id.
        made = NoticeSending(id=new_id(self.clock) if known else notice.id, notice_id=notice.id, channel=route.name, attempts=0)
        made.status, made.segments, made.cost_hao, made.reference, made.detail = NoticeStatus.QUEUED.value, 0, 0, "", ""
        session.add(made)
        session.flush()
        return made

    def given_up_at(self, session: Session, notice: Notification, sending: NoticeSending) -> datetime | None:
        """When a channel that does not answer is followed by the next; None before the first attempt and for the last channel."""
        route = self.channels.named(sending.channel)
        if route is None or sending.first_try_at is None or not self._has_next(session, notice):
            return None
        return sending.first_try_at + timedelta(seconds=route.give_up_s)

    def taken(self, session: Session, notice: Notification, sending: NoticeSending, handover: Handover) -> None:
        """The channel has the message."""
        now = self.clock.now()
        self._count(notice, sending, now)
        sending.reference = handover.reference or sending.reference
        if sending.status != NoticeStatus.QUEUED.value:  # the receipt was faster than this answer
            return
        route = self.channels.named(sending.channel)
        sending.status, sending.sent_at, sending.detail = NoticeStatus.SENT.value, now, ""
        if route is not None and route.ask_after_s is not None:
            sending.ask_at = now + timedelta(seconds=route.ask_after_s)
        if notice.status not in _OPEN:
            return
        first = notice.sent_at is None
        notice.status, notice.sent_at = NoticeStatus.SENT.value, notice.sent_at or now
        notice.next_try_at = now + timedelta(seconds=route.wait_s) if route and self._has_next(session, notice) else None
        session.flush()
        if first:
            self.listeners[notice.kind].notice_sent(session, notice)

    def refused(self, session: Session, notice: Notification, sending: NoticeSending, why: str) -> None:
        """The channel does not take the message or could not deliver it."""
        if sending.status not in _OPEN:
            return
        sending.status, sending.closed_at, sending.ask_at, sending.detail = (
            NoticeStatus.FAILED.value,
            self.clock.now(),
            None,
            why[:200],
        )
        session.flush()
        if notice.status not in _OPEN:
            return
        others = [other for other in self.sendings(session, notice) if other.id != sending.id]
        if self._has_next(session, notice) and notice.expires_at > self.clock.now():
            notice.next_try_at = self.clock.now()
        elif not any(other.status in _OPEN for other in others):
            self.fail(session, notice, why)

    def received(self, session: Session, notice: Notification, sending: NoticeSending, receipt: Receipt) -> bool:
        """A receipt whose time was found possible; false where it says nothing new."""
        if sending.status in {NoticeStatus.DELIVERED.value, NoticeStatus.FAILED.value}:
            return False
        if receipt.status == "failed":
            if sending.status == NoticeStatus.GIVEN_UP.value:
                sending.status = NoticeStatus.FAILED.value
            self._count(notice, sending, receipt.at)
            detail = f"could not be delivered: {receipt.detail}" if receipt.detail else "the gateway could not deliver it"
            self.refused(session, notice, sending, detail)
            return True
        self._count(notice, sending, receipt.at)
        sending.status, sending.delivered_at, sending.ask_at = NoticeStatus.DELIVERED.value, receipt.at, None
        sending.sent_at = sending.sent_at or sending.first_try_at
        if notice.status == NoticeStatus.DELIVERED.value:
            return True  # another channel was faster
        notice.status, notice.delivered_at, notice.next_try_at = NoticeStatus.DELIVERED.value, receipt.at, None
        notice.sent_at = notice.sent_at or notice.first_try_at
        session.flush()
        self.listeners[notice.kind].notice_delivered(session, notice)
        return True

    def fail(self, session: Session, notice: Notification, why: str, status: NoticeStatus = NoticeStatus.FAILED) -> None:
        """The notice ends undelivered."""
        notice.status, notice.closed_at, notice.detail, notice.next_try_at = status.value, self.clock.now(), why[:200], None
        session.flush()
        self.listeners[notice.kind].notice_failed(session, notice)

    def _has_next(self, session: Session, notice: Notification) -> bool:
        used = (sending.channel for sending in self.sendings(session, notice))
        return self.channels.after(used, has_number=notice.recipient_protected is not None) is not None

    def _count(self, notice: Notification, sending: NoticeSending, at: datetime) -> None:
        """Count the cost once, on the day on which the channel took the message."""
        if sending.day is not None:
            return
        route = self.channels.named(sending.channel)
        sending.day = at.astimezone(BEIJING).date()
        sending.segments = notice.segments
        sending.cost_hao = notice.segments * (route.price_hao if route else 0)
        self.metrics.segments.labels(sending.channel).inc(sending.segments)
        self.metrics.cost.labels(sending.channel).inc(sending.cost_hao / HAO_PER_YUAN)
