"""The way out: what a message gateway must do, and one that speaks JSON over HTTP."""

from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self

import httpx
import structlog

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message; the same `id` always stands for the same message, so handing it over twice sends it once."""

    id: str
    to: str
    template: str
    text: str
    variables: dict[str, str]

    def __repr__(self) -> str:
        return f"OutgoingMessage({self.id}, {self.template})"  # neither number nor text belong in logs


class Answer(StrEnum):
    """What the gateway says to a message."""

    TAKEN = "taken"
    REFUSED = "refused"  # asking again will not help
    AWAY = "away"  # no answer, or "later"


class MessageGateway(Protocol):
    """Hands messages over; delivery is reported later by receipts."""

    def send(self, message: OutgoingMessage) -> Answer:
        """Hand one message over; never raises for what the other side does."""


class HttpGateway:
    """POSTs `{id, to, template, text, variables}` with the id as Idempotency-Key; any 2xx means taken."""

    def __init__(self, url: str, timeout_s: float, client: httpx.Client | None = None) -> None:
        self._url = url
        self._client = client or httpx.Client(timeout=timeout_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def send(self, message: OutgoingMessage) -> Answer:
        body = {
            "id": message.id,
            "to": message.to,
            "template": message.template,
            "text": message.text,
            "variables": message.variables,
        }
        try:
            answer = self._client.post(self._url, json=body, headers={"Idempotency-Key": message.id})
        except httpx.HTTPError as error:
            log.warning("gateway_away", message=message.id, error=type(error).__name__)
            return Answer.AWAY
        if answer.is_success:
            return Answer.TAKEN
        log.warning("gateway_refused", message=message.id, status=answer.status_code)
        return Answer.REFUSED if answer.is_client_error and answer.status_code not in {408, 425, 429} else Answer.AWAY

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
