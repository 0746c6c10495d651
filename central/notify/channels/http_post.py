"""What the channels over plain HTTP share: one JSON document by POST with the message's id as `Idempotency-Key`."""

from collections.abc import Mapping
from typing import Any

import httpx
import structlog

from central.notify.channels.channel import Answer, Handover

log = structlog.get_logger(__name__)

_LATER = frozenset({408, 425, 429})  # client errors that say "not now"


class JsonPost:
    """POSTs messages to one address; any 2xx means taken."""

    def __init__(self, url: str, timeout_s: float, token: str = "", client: httpx.Client | None = None) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._client = client or httpx.Client(timeout=timeout_s)

    def __call__(self, message_id: str, body: Mapping[str, Any]) -> Handover:
        """Hand a message over; what goes wrong is an answer, never an exception."""
        try:
            answer = self._client.post(self._url, json=dict(body), headers={"Idempotency-Key": message_id, **self._headers})
        except httpx.HTTPError as error:
            log.warning("channel_away", message=message_id, error=type(error).__name__)
            return Handover(Answer.AWAY, detail=type(error).__name__)
        if answer.is_success:
            return Handover(Answer.TAKEN)
        log.warning("channel_refused", message=message_id, status=answer.status_code)
        final = answer.is_client_error and answer.status_code not in _LATER
        return Handover(Answer.REFUSED if final else Answer.AWAY, detail=f"HTTP {answer.status_code}")
