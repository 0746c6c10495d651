"""One signed call to Alibaba Cloud, and what its error codes mean for a message."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import structlog

from central.cases.calendar import BEIJING
from central.notify.channels.alibaba_signature import AccessKey, Call, signed_headers
from central.notify.channels.channel import Answer, Handover
from yuhang.clock import Clock

log = structlog.get_logger(__name__)

VERSION = "2017-05-25"  # of both the text message and the voice interface

_LATER_PREFIXES = ("Throttling", "ServiceUnavailable", "InternalError", "isp.", "SignatureNonceUsed")
_LATER = frozenset(
    {
        "isv.BUSINESS_LIMIT_CONTROL",  # too many to this number in a minute, an hour or a day: later it may go
        "isv.DAY_LIMIT_CONTROL",
        "isv.MONTH_LIMIT_CONTROL",
        "isv.AMOUNT_NOT_ENOUGH",  # the account is to be filled up
        "isv.OUT_OF_SERVICE",
        "BUSINESS_LIMIT_CONTROL",
        "FREQUENCY_LIMIT",
    }
)
_FINAL = frozenset({"isp.RAM_PERMISSION_DENY"})


@dataclass(frozen=True, slots=True)
class Reply:
    """What the cloud said: `code` is `OK` or an error, empty where no answer came."""

    code: str
    body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.code == "OK"

    def handover(self, reference: str) -> Handover:
        """What it means for a message; `reference` is the body's key for the cloud's own number of it."""
        if self.ok:
            return Handover(Answer.TAKEN, str(self.body.get(reference, "")))
        return Handover(Answer.AWAY if may_go_later(self.code) else Answer.REFUSED, detail=self.code)


def may_go_later(code: str) -> bool:
    """Whether a message that was refused with this code is worth another try; no answer at all (an empty code) is."""
    if code in _FINAL:
        return False
    return code == "" or code in _LATER or code.startswith(_LATER_PREFIXES)


class AlibabaClient:
    """Calls the operations of one host. The clock must be right to 15 minutes, or the cloud refuses everything."""

    def __init__(self, host: str, key: AccessKey, clock: Clock, client: httpx.Client) -> None:
        self._host = host
        self._key = key
        self._clock = clock
        self._client = client

    def call(self, action: str, parameters: Mapping[str, str]) -> Reply:
        """Call one operation; never raises for what the other side does. Parameters hold personal data and are not logged."""
        call = Call(
            self._host,
            action,
            VERSION,
            f"{self._clock.now().astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            secrets.token_hex(16),
            parameters,
        )
        try:
            answer = self._client.post(f"https://{self._host}/?{call.query}", headers=signed_headers(call, self._key))
        except httpx.HTTPError as error:
            log.warning("alibaba_away", action=action, error=type(error).__name__)
            return Reply("")
        reply = _reply_of(answer)
        if not reply.ok:
            log.warning("alibaba_refused", action=action, code=reply.code, status=answer.status_code)
        return reply


def beijing_time(text: str) -> datetime | None:
    """A time as the cloud writes it, `2026-06-01 09:00:05` in Beijing; None for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING).astimezone(UTC)
    except ValueError:
        return None


def _reply_of(answer: httpx.Response) -> Reply:
    try:
        body = answer.json()
    except json.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        return Reply("" if answer.is_server_error else f"HTTP {answer.status_code}")
    return Reply(str(body.get("Code", "")) or f"HTTP {answer.status_code}", body)
