"""Text messages by Alibaba Cloud SMS (SendSms, 2017-05-25). Written to the public specification; not verified against the cloud.

SendSms is not idempotent: `OutId` is only handed back. So before a message whose first attempt got no answer is sent again, the
cloud is asked (QuerySendDetails) whether one with this `OutId` is there.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from central.cases.calendar import BEIJING
from central.notify.channels.alibaba_call import AlibabaClient, beijing_time
from central.notify.channels.channel import Answer, Handover, Inquiry, OutgoingMessage, Receipt
from central.notify.texts import characters
from yuhang.clock import Clock
from yuhang.errors import YuhangError

log = structlog.get_logger(__name__)

HOST = "dysmsapi.aliyuncs.com"
LONGEST_VARIABLE = 35
_FAILED, _DELIVERED = 2, 3  # SendStatus; 1 is "no receipt yet"
_PAGE = 50
_PAGES = 5  # a number that gets more than 250 messages a day is nobody's


class AlibabaSms:
    """Sends by SendSms and asks QuerySendDetails for receipts that did not come."""

    needs_number = True

    def __init__(self, client: AlibabaClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    def send(self, message: OutgoingMessage) -> Handover:
        notice, to = message.notice, message.to
        if to is None:
            return Handover(Answer.REFUSED, detail="no number")
        if any(characters(value) > LONGEST_VARIABLE for value in notice.variables.values()):
            return Handover(Answer.REFUSED, detail=f"a variable of {notice.template} has more than {LONGEST_VARIABLE} characters")
        if message.again and (found := self._taken_before(message.id, to)) is not None:
            return found
        parameters = {
            "PhoneNumbers": to,
            "SignName": notice.signature,
            "TemplateCode": notice.code,
            "TemplateParam": json.dumps(notice.variables, ensure_ascii=False),
            "OutId": message.id,
        }
        return self._client.call("SendSms", parameters).handover("BizId")

    def receipts_of(self, inquiries: Sequence[Inquiry]) -> Sequence[Receipt]:
        """Ask for each message by its number and day."""
        found = []
        for inquiry in inquiries:
            if inquiry.to is None:
                continue
            details = self._details(inquiry.to, inquiry.sent_at, inquiry.reference)
            receipt = next((_receipt(inquiry.id, detail) for detail in details if detail.get("OutId") == inquiry.id), None)
            if receipt is not None:
                found.append(receipt)
        return found

    def _taken_before(self, message_id: str, to: str) -> Handover | None:
        """Whether the cloud has the message already; AWAY where it does not say, because sending twice is worse than late."""
        try:
            there = any(detail.get("OutId") == message_id for detail in self._details(to, self._clock.now(), "", strict=True))
        except _NoAnswerError:
            return Handover(Answer.AWAY, detail="QuerySendDetails did not answer")
        return Handover(Answer.TAKEN) if there else None

    def _details(self, to: str, day: datetime, reference: str, *, strict: bool = False) -> Iterator[Mapping[str, Any]]:
        for page in range(1, _PAGES + 1):
            parameters = {
                "PhoneNumber": to,
                "SendDate": f"{day.astimezone(BEIJING):%Y%m%d}",
                "PageSize": str(_PAGE),
                "CurrentPage": str(page),
            }
            reply = self._client.call("QuerySendDetails", parameters | ({"BizId": reference} if reference else {}))
            if not reply.ok:
                if strict:
                    raise _NoAnswerError
                return
            details = (reply.body.get("SmsSendDetailDTOs") or {}).get("SmsSendDetailDTO") or []
            yield from details
            if len(details) < _PAGE:
                return


class SmsReport(BaseModel):
    """One entry of the batch that the cloud pushes (SmsReport); times are Beijing's, cut to the second."""

    model_config = ConfigDict(extra="ignore")

    out_id: str = Field(default="", max_length=64)
    success: bool
    report_time: str = Field(default="", max_length=30)
    err_code: str = Field(default="", max_length=60)

    def receipt(self) -> Receipt | None:
        """The receipt, or None for a message that is not central's or whose time cannot be read."""
        return _made(self.out_id, self.report_time, delivered=self.success, detail=self.err_code)


SMS_REPORTS: TypeAdapter[list[SmsReport]] = TypeAdapter(list[SmsReport])
"""The body of a push."""


class _NoAnswerError(YuhangError):
    """QuerySendDetails did not answer."""


def _receipt(message_id: str, detail: Mapping[str, Any]) -> Receipt | None:
    status = detail.get("SendStatus")
    if status not in {_FAILED, _DELIVERED}:
        return None
    at = detail.get("ReceiveDate") or detail.get("SendDate") or ""
    return _made(message_id, str(at), delivered=status == _DELIVERED, detail=str(detail.get("ErrCode", "")))


def _made(message_id: str, at: str, *, delivered: bool, detail: str) -> Receipt | None:
    moment = beijing_time(at)
    if moment is None or not message_id:
        log.warning("receipt_unusable", message=message_id)
        return None
    return Receipt(message_id, "delivered" if delivered else "failed", moment, resolution_s=1.0, detail=detail)
