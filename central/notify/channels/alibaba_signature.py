"""Alibaba Cloud's request signature, version 3 (ACS3-HMAC-SHA256), for operations whose parameters stand in the query. Pure.

Source: Alibaba Cloud SDK, "Request syntax and signature method V3".
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

ALGORITHM = "ACS3-HMAC-SHA256"
_EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A pair of the Resource Access Management; the secret never leaves this process."""

    id: str
    secret: str

    def __repr__(self) -> str:
        return f"AccessKey({self.id})"


@dataclass(frozen=True, slots=True)
class Call:
    """One operation: `date` as `2026-06-01T01:00:00Z`, `nonce` different for every request."""

    host: str
    action: str
    version: str
    date: str
    nonce: str
    parameters: Mapping[str, str]

    @property
    def query(self) -> str:
        """The parameters in canonical order and encoding (RFC 3986); it is also the query that is sent."""
        return "&".join(f"{_encoded(key)}={_encoded(self.parameters[key])}" for key in sorted(self.parameters))


def signed_headers(call: Call, key: AccessKey) -> dict[str, str]:
    """All headers of the POST request to `/?{call.query}` with an empty body."""
    headers = {
        "host": call.host,
        "x-acs-action": call.action,
        "x-acs-content-sha256": _EMPTY_SHA256,
        "x-acs-date": call.date,
        "x-acs-signature-nonce": call.nonce,
        "x-acs-version": call.version,
    }
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
    canonical = f"POST\n/\n{call.query}\n{lines}\n{names}\n{_EMPTY_SHA256}"
    to_sign = f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(key.secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    return headers | {"Authorization": f"{ALGORITHM} Credential={key.id},SignedHeaders={names},Signature={signature}"}


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")
