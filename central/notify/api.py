"""Receipts come in over HTTP, with the secret that carrier and central share; costs go out to people."""

import hmac
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Literal

import structlog
from fastapi import APIRouter, Path, Query, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from central.api.access import AnyUser, CoreDep
from central.api.problems import RESPONSES
from central.cases.calendar import BEIJING
from central.database import Database
from central.errors import Problem, Unauthorized, Unprocessable
from central.notify.channels.alibaba_sms import SmsReport
from central.notify.channels.alibaba_voice import VoiceReport
from central.notify.channels.channel import Receipt
from central.notify.config import AlibabaConfig, AlibabaSmsConfig, AlibabaVoiceConfig, HttpChannelConfig, NotifyConfig
from central.notify.costs import costs
from central.notify.service import NotifyService

log = structlog.get_logger(__name__)

MAX_DAYS = 366
MAX_REPORTS = 2000


class ReceiptBody(BaseModel):
    """What a gateway reports about one notice."""

    model_config = ConfigDict(extra="ignore")

    id: str = Field(min_length=1, max_length=64, description="id of the message as it was handed over")
    status: Literal["delivered", "failed"]
    at: AwareDatetime = Field(description="time of delivery or failure by the gateway's clock")


class ReceiptAnswer(BaseModel):
    """Whether the receipt was new."""

    recorded: bool = Field(description="false: it was known already")


class PushAnswer(BaseModel):
    """What Alibaba Cloud wants to read after a push; anything but HTTP 200 makes it push again."""

    code: int = 0
    msg: str = "成功"


class CostLine(BaseModel):
    """What one channel cost on one day, by the configured prices."""

    day: date = Field(description="in Beijing")
    channel: str
    messages: int
    segments: int = Field(description="what carriers bill; a call counts as its text's segments")
    delivered: int
    cost_yuan: float


class CostDocument(BaseModel):
    """Costs of notices."""

    days: list[CostLine]
    total_yuan: float


Secret = Annotated[str, Path(min_length=1, max_length=200)]


class ReceiptDesk:
    """Knows the channels' secrets and records what comes with one."""

    def __init__(self, database: Database, service: NotifyService, config: NotifyConfig) -> None:
        self._database = database
        self._service = service
        self._plain = [channel for channel in config.channels if isinstance(channel, HttpChannelConfig)]
        self._alibaba = [channel for channel in config.channels if isinstance(channel, AlibabaConfig)]
        self._secrets = {channel.name: channel.shared_secret() for channel in config.channels}

    def plain_channel(self, request: Request) -> str:
        """The channel whose secret came along; `Unauthorized` without one."""
        for channel in self._plain:
            if self._same(channel.name, request.headers.get(channel.secret_header, "")):
                return channel.name
        raise Unauthorized("the shared secret of the gateway is missing or wrong")

    def alibaba_channel(self, secret: str, kind: type[AlibabaConfig]) -> str:
        """The channel of this kind whose secret ends the address; `Unauthorized` without one."""
        for channel in self._alibaba:
            if isinstance(channel, kind) and self._same(channel.name, secret):
                return channel.name
        raise Unauthorized("the address does not end with the channel's secret")

    def take(self, receipt: Receipt, channel: str) -> bool:
        """Record one receipt; false for a repeat."""
        with self._database.session() as session:
            return self._service.take_receipt(session, receipt, channel)

    def take_all(self, receipts: Sequence[Receipt | None], channel: str) -> None:
        """Record a batch. One that cannot be used is logged and counted: pushing the batch again would not mend it."""
        for receipt in receipts:
            if receipt is None:
                self._service.delivery.metrics.receipts_refused.inc()
                continue
            try:
                self.take(receipt, channel)
            except Problem as problem:
                log.warning("receipt_refused", message=receipt.id, channel=channel, reason=str(problem))
                self._service.delivery.metrics.receipts_refused.inc()

    def _same(self, name: str, shown: str) -> bool:
        secret = self._secrets[name]
        return bool(secret) and hmac.compare_digest(shown.encode(), secret.encode())


def notify_router(database: Database, service: NotifyService, config: NotifyConfig) -> APIRouter:
    """`/api/v1/notify`: receipts of all kinds, and costs."""
    router = APIRouter(prefix="/api/v1/notify", tags=["notify"], responses=RESPONSES)
    desk = ReceiptDesk(database, service, config)

    @router.post("/receipts", summary="Report the delivery of a notice")
    def take_receipt(request: Request, body: ReceiptBody) -> ReceiptAnswer:
        """For message gateways, app servers and authorities that send themselves; repeating a receipt changes nothing."""
        channel = desk.plain_channel(request)
        return ReceiptAnswer(recorded=desk.take(Receipt(body.id, body.status, body.at), channel))

    @router.post("/alibaba/sms/{secret}", summary="Take a batch of SmsReport")
    def take_sms_reports(secret: Secret, body: Annotated[list[SmsReport], Field(max_length=MAX_REPORTS)]) -> PushAnswer:
        """For Alibaba Cloud SMS; its console is given this address with the channel's secret at the end."""
        channel = desk.alibaba_channel(secret, AlibabaSmsConfig)
        desk.take_all([report.receipt() for report in body], channel)
        return PushAnswer()

    @router.post("/alibaba/voice/{secret}", summary="Take a batch of VoiceReport")
    def take_voice_reports(secret: Secret, body: Annotated[list[VoiceReport], Field(max_length=MAX_REPORTS)]) -> PushAnswer:
        """For Alibaba Cloud's voice calls, as for its messages."""
        channel = desk.alibaba_channel(secret, AlibabaVoiceConfig)
        desk.take_all([report.receipt() for report in body], channel)
        return PushAnswer()

    @router.get("/costs", summary="Costs of notices by day and channel")
    def get_costs(
        core: CoreDep,
        _user: AnyUser,
        since: Annotated[date | None, Query(description="first day, in Beijing; left out: 30 days before the last")] = None,
        until: Annotated[date | None, Query(description="last day; left out: today")] = None,
    ) -> CostDocument:
        """Counted by the configured prices; what the carrier bills may differ."""
        last = until or core.clock.now().astimezone(BEIJING).date()
        first = since or last - timedelta(days=30)
        if not 0 <= (last - first).days <= MAX_DAYS:
            raise Unprocessable(f"`since` must lie at most {MAX_DAYS} days before `until`")
        with core.database.reader() as session:
            lines = [
                CostLine(**{name: getattr(line, name) for name in CostLine.model_fields}) for line in costs(session, first, last)
            ]
        return CostDocument(days=lines, total_yuan=round(sum(line.cost_yuan for line in lines), 4))

    return router
