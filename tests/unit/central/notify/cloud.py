"""Alibaba Cloud as its public specification describes it, for tests: checks every signature by itself, and keeps what was sent.

Written apart from the code under test: it reads the request as a server does and shares no function with the signer.
"""

import hashlib
import hmac
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote

import httpx

KEY_ID, KEY_SECRET = "LTAI-test", "very secret"
_AUTHORIZATION = re.compile(r"ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})")


@dataclass
class Cloud:
    """SendSms, QuerySendDetails and SingleCallByTts of version 2017-05-25, at a time of one's own."""

    now: datetime
    codes: list[str] = field(default_factory=list)
    """Codes to answer with instead of OK; `lost` sends, but the answer never comes back; `away` does nothing."""
    sent: list[dict[str, str]] = field(default_factory=list)
    calls: list[dict[str, str]] = field(default_factory=list)
    queries: int = 0
    details: dict[str, dict[str, Any]] = field(default_factory=dict)
    nonces: set[str] = field(default_factory=set)

    def client(self) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(self.answer))

    def answer(self, request: httpx.Request) -> httpx.Response:
        refusal = self._refusal(request)
        if refusal is not None:
            return _reply(refusal, 403 if refusal != "SignatureNonceUsed" else 400)
        parameters = dict(parse_qsl(request.url.query.decode(), keep_blank_values=True))
        action = request.headers["x-acs-action"]
        if action == "QuerySendDetails":
            return self._query(parameters)
        code = self.codes.pop(0) if self.codes else "OK"
        if code == "away":
            raise httpx.ConnectError("no route")
        if code not in {"OK", "lost"}:
            return _reply(code, 200)
        (self.sent if action == "SendSms" else self.calls).append(parameters)
        if code == "lost":
            raise httpx.ReadTimeout("too slow")
        return _reply("OK", 200, BizId=f"biz-{len(self.sent)}", CallId=f"call-{len(self.calls)}")

    def _refusal(self, request: httpx.Request) -> str | None:
        headers = request.headers
        found = _AUTHORIZATION.fullmatch(headers.get("Authorization", ""))
        if found is None or found.group(1) != KEY_ID:
            return "InvalidAccessKeyId.NotFound"
        names = found.group(2).split(";")
        must = {name for name in headers if name.startswith("x-acs-")} | {"host"}
        if request.method != "POST" or request.url.path != "/" or names != sorted(names) or not must <= set(names):
            return "SignatureDoesNotMatch"
        if (
            headers["x-acs-version"] != "2017-05-25"
            or hashlib.sha256(request.content).hexdigest() != headers["x-acs-content-sha256"]
        ):
            return "InvalidVersion"
        pairs = sorted(parse_qsl(request.url.query.decode(), keep_blank_values=True))
        query = "&".join(f"{quote(key, safe='~')}={quote(value, safe='~')}" for key, value in pairs)
        canonical = "\n".join(
            [
                "POST",
                "/",
                query,
                *(f"{name}:{headers[name]}" for name in names),
                "",
                ";".join(names),
                headers["x-acs-content-sha256"],
            ]
        )
        text = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
        if hmac.new(KEY_SECRET.encode(), text.encode(), "sha256").hexdigest() != found.group(3):
            return "SignatureDoesNotMatch"
        date = datetime.strptime(headers["x-acs-date"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        if abs(self.now - date) > timedelta(minutes=15):
            return "InvalidTimeStamp.Expired"
        if headers["x-acs-signature-nonce"] in self.nonces:
            return "SignatureNonceUsed"
        self.nonces.add(headers["x-acs-signature-nonce"])
        return None

    def _query(self, parameters: dict[str, str]) -> httpx.Response:
        self.queries += 1
        if self.codes and self.codes[0] == "query-away":
            self.codes.pop(0)
            return httpx.Response(503)
        assert re.fullmatch(r"[0-9]{8}", parameters["SendDate"])
        size, page = int(parameters["PageSize"]), int(parameters["CurrentPage"])
        assert size <= 50
        mine = [message for message in self.sent if message["PhoneNumbers"] == parameters["PhoneNumber"]]
        rows = [{"OutId": m["OutId"], "SendStatus": 1, **self.details.get(m["OutId"], {})} for m in mine]
        part = rows[(page - 1) * size : page * size]
        return _reply("OK", 200, TotalCount=len(rows), SmsSendDetailDTOs={"SmsSendDetailDTO": part})


def _reply(code: str, status: int, **rest: Any) -> httpx.Response:
    return httpx.Response(status, content=json.dumps({"Code": code, "Message": code, "RequestId": "r"} | rest))
