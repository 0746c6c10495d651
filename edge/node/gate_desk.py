"""The gates of the site over MQTT: who asks for a look at a face, and what is answered, which nobody but the site hears."""

import threading
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Protocol

import structlog
from pydantic import ValidationError

from yuhang.messages import FaceDecision, FaceRequest, Reply, first_error
from yuhang.topics import NodeTopics

log = structlog.get_logger(__name__)


class Publisher(Protocol):
    """What is needed of the MQTT session."""

    def publish(self, topic: str, payload: bytes, qos: int = 1) -> bool: ...


class MqttGates:
    """Takes requests off the session (on its thread); the watcher's thread asks and answers. Only the newest of a gate counts."""

    def __init__(self, topics: NodeTopics, session: Publisher, gates: Callable[[], Collection[str]]) -> None:
        """`gates` are those that this node has a camera at; requests for others are passed over."""
        self.bad = 0
        self._topics = topics
        self._session = session
        self._gates = gates
        self._lock = threading.Lock()
        self._asked: dict[str, FaceRequest] = {}
        self._ended: dict[str, str] = {}

    def receive(self, topic: str, payload: bytes) -> None:
        """Handler for `request/face` of any node of the site."""
        try:
            request = FaceRequest.model_validate_json(payload)
        except ValidationError as error:
            self.bad += 1
            log.warning("a request for a look at a face that cannot be read", topic=topic, error=first_error(error))
            return
        if request.gate in self._gates():
            with self._lock:
                self._asked[request.gate] = request

    def asked(self, gate: str, at: datetime) -> FaceRequest | None:
        """The newest request for this gate that is neither answered nor expired."""
        with self._lock:
            request = self._asked.get(gate)
            over = request is None or request.expires_at <= at or self._ended.get(gate) == request.id
            return None if over else request

    def answer(self, request: FaceRequest, decision: FaceDecision, at: datetime) -> None:
        """Tell whoever asked; every decision but `retry` ends the request."""
        if decision is not FaceDecision.RETRY:
            with self._lock:
                self._ended[request.gate] = request.id  # a repeat of it is not looked at again
        status = "accepted" if decision is FaceDecision.RETRY else "done"
        reply = Reply.model_validate({"id": request.id, "status": status, "detail": decision.value, "time": at})
        if not self._session.publish(self._topics.reply(request.id), reply.model_dump_json().encode(), 1):
            log.warning("a gate could not be answered", gate=request.gate)
