"""The outbox without carriers: a test plays the channels, the clock and the feature whose notices they are."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import select
from sqlalchemy.orm import Session

from central.database import Database
from central.metrics import Metrics
from central.notify.channels.app_push import AppPush
from central.notify.channels.building import Channels, Route
from central.notify.channels.channel import Channel, Receipt
from central.notify.channels.http_post import JsonPost
from central.notify.channels.http_sms import HttpSms
from central.notify.channels.http_voice import HttpVoice
from central.notify.channels.owner import OwnerChannel
from central.notify.config import NotifyConfig
from central.notify.delivery import Delivery
from central.notify.service import NewNotice, NotifyService
from central.notify.tables import NoticeSending, Notification
from central.notify.templates import WrittenNotice
from central.notify.worker import NotifyParts, NotifyWorker, ReceiptWorker
from central.secrets import SecretKey
from yuhang.clock import ManualClock

NOW = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
PHONE = "13800000001"
PLATE = "浙A12345"
WRITTEN = WrittenNotice(
    "leave_now", "SMS_1", "TTS_1", "余杭综合执法", "【余杭综合执法】请驶离。", {"plate": PLATE, "minutes": "10"}, 1
)
KINDS: Mapping[str, Callable[[JsonPost], Channel]] = {
    "sms": HttpSms,
    "voice": HttpVoice,
    "push": AppPush,
    "owner": OwnerChannel,
}


@dataclass
class Listener:
    """Notes what it is told."""

    told: list[str] = field(default_factory=list)

    def notice_sent(self, session: Session, notice: Notification) -> None:
        self.told.append("sent")

    def notice_delivered(self, session: Session, notice: Notification) -> None:
        self.told.append(f"delivered {notice.delivered_at:%H:%M:%S}")

    def notice_failed(self, session: Session, notice: Notification) -> None:
        self.told.append(f"failed: {notice.detail}")


@dataclass
class Carrier:
    """Answers as told, 202 otherwise."""

    answers: list[int | BaseException] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)

    def post(self) -> JsonPost:
        return JsonPost("http://carrier.test/messages", 1.0, client=httpx.Client(transport=httpx.MockTransport(self.answer)))

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if self.answers else 202
        if isinstance(answer, BaseException):
            raise answer
        return httpx.Response(answer)

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(request.content) for request in self.requests]


@dataclass
class Office:
    """The parts under test."""

    database: Database
    clock: ManualClock
    secret: SecretKey
    carriers: dict[str, Carrier]
    listener: Listener
    service: NotifyService
    config: NotifyConfig

    @property
    def carrier(self) -> Carrier:
        """The only one."""
        (carrier,) = self.carriers.values()
        return carrier

    @property
    def parts(self) -> NotifyParts:
        return NotifyParts(self.database, self.clock, self.secret, self.service, self.config)

    def work(self) -> int:
        return NotifyWorker(self.parts).run_once()

    def ask(self) -> int:
        return ReceiptWorker(self.parts).run_once()

    def to(self, seconds: float) -> None:
        """Let time pass until so many seconds after the beginning, working every second."""
        while (self.clock.now() - NOW).total_seconds() < seconds:
            self.work()
            self.clock.advance(1)
        self.work()

    def queue(self, case: str = "case", **changes: Any) -> str:
        facts: dict[str, Any] = {
            "kind": "parking",
            "case_id": case,
            "plate": PLATE,
            "phone": PHONE,
            "masked": "138****0001",
            "written": WRITTEN,
            "expires_at": NOW + timedelta(minutes=10),
        }
        with self.database.session() as session:
            return self.service.queue(session, NewNotice(**(facts | changes))).id

    def notice(self, notice_id: str) -> Notification:
        with self.database.reader() as session:
            return session.get_one(Notification, notice_id)

    def sending(self, notice_id: str, channel: str) -> NoticeSending:
        with self.database.reader() as session:
            same = NoticeSending.notice_id == notice_id, NoticeSending.channel == channel
            return session.scalars(select(NoticeSending).where(*same)).one()

    def receipt(self, sending_id: str, status: Any = "delivered", at: datetime | None = None, **rest: Any) -> bool:
        with self.database.session() as session:
            return self.service.take_receipt(session, Receipt(sending_id, status, at or self.clock.now(), **rest))


def make_office(database: Database, secret: SecretKey, *kinds: str, channels: Channels | None = None) -> Office:
    """An office with these kinds of channels in this order, or channels of one's own; each waits 60 s and costs 0.05 yuan."""
    clock = ManualClock(NOW)
    carriers = {kind: Carrier() for kind in kinds}
    routes = tuple(Route(kind, KINDS[kind](carrier.post()), wait_s=60.0, price_hao=500) for kind, carrier in carriers.items())
    listener = Listener()
    delivery = Delivery(clock, channels or Channels(routes), Metrics(), {"parking": listener})
    return Office(database, clock, secret, carriers, listener, NotifyService(secret, delivery), NotifyConfig())
