"""The lifts of the site over MQTT: their news and answers are remembered, requests go out under the node's own name."""

import threading
from collections import OrderedDict
from typing import Protocol

import structlog
from pydantic import ValidationError

from yuhang.messages import LiftRequest, LiftState, Reply, first_error
from yuhang.topics import NodeTopics, parse_topic

log = structlog.get_logger(__name__)

REMEMBERED = 500


class Publisher(Protocol):
    """What is needed of the MQTT session."""

    def publish(self, topic: str, payload: bytes, qos: int = 1) -> bool: ...


class MqttLifts:
    """Takes news and answers off the session (on its thread); the watcher's thread asks."""

    def __init__(self, topics: NodeTopics, session: Publisher) -> None:
        self.bad = 0
        self._topic = topics.request("lift")
        self._session = session
        self._lock = threading.Lock()
        self._states: dict[str, LiftState] = {}
        self._asked: OrderedDict[str, Reply | None] = OrderedDict()

    def receive_state(self, topic: str, payload: bytes) -> None:
        """Handler for `telemetry/lift` of any node of the site."""
        try:
            state = LiftState.model_validate_json(payload)
        except ValidationError as error:
            self._refuse(topic, error)
            return
        with self._lock:
            known = self._states.get(state.lift)
            if known is None or known.time <= state.time:
                self._states[state.lift] = state

    def receive_reply(self, topic: str, payload: bytes) -> None:
        """Handler for `reply/<id>` of any node of the site; those that answer nobody here are passed over."""
        request_id = parse_topic(topic).rest.removeprefix("reply/")
        with self._lock:
            if request_id not in self._asked:
                return
        try:
            reply = Reply.model_validate_json(payload)
        except ValidationError as error:
            self._refuse(topic, error)
            return
        with self._lock:
            if reply.id == request_id:
                self._asked[request_id] = reply

    def state(self, lift: str) -> LiftState | None:
        """The lift's last news."""
        with self._lock:
            return self._states.get(lift)

    def ask(self, request: LiftRequest) -> None:
        """Publish a request; one that cannot be sent now is not kept: it would come too late."""
        with self._lock:
            self._asked[request.id] = None
            while len(self._asked) > REMEMBERED:
                self._asked.popitem(last=False)
        if not self._session.publish(self._topic, request.model_dump_json().encode(), 1):
            log.warning("a lift could not be asked", lift=request.lift, action=request.action.value)

    def answer(self, request_id: str) -> Reply | None:
        """The answer to a request, once there is one."""
        with self._lock:
            return self._asked.get(request_id)

    def _refuse(self, topic: str, error: ValidationError) -> None:
        self.bad += 1
        log.warning("news of a lift that cannot be read", topic=topic, error=first_error(error))
