"""Calls over MQTT: taken in the MQTT thread, written by a worker; what cannot be read is kept as a dead letter."""

import queue
from collections.abc import Iterable

import structlog

from central.database import Database
from central.dispatch.escort.intake.parsing import parse_call
from central.dispatch.escort.service import EscortService
from central.ingest.sorting import LONGEST_REASON, Incoming, Refusal, RefusedMessage, Sorted
from central.ingest.storage import store_batch
from yuhang.clock import Clock
from yuhang.errors import MessageError, StorageError
from yuhang.mqtt.session import MqttSession
from yuhang.topics import NodeTopics

log = structlog.get_logger(__name__)

SOURCE = "119-mqtt"
_CAPACITY = 1000


class CallListener:
    """Worker that makes calls over MQTT tasks. A call is dropped, and logged, only where a thousand wait for the database."""

    name = "calls-mqtt"

    def __init__(
        self, database: Database, clock: Clock, mqtt: MqttSession, escorts: EscortService, nodes: Iterable[NodeTopics]
    ) -> None:
        self._database = database
        self._clock = clock
        self._escorts = escorts
        self._queue: queue.Queue[Incoming] = queue.Queue(_CAPACITY)
        for node in nodes:
            mqtt.subscribe(node.call, self.receive, qos=1)

    def receive(self, topic: str, payload: bytes) -> None:
        """Queue a message."""
        try:
            self._queue.put_nowait(Incoming(topic, payload))
        except queue.Full:
            log.exception("call_dropped", topic=topic[:200])

    def run_once(self) -> int:
        """Take one message, in a transaction of its own."""
        try:
            message = self._queue.get_nowait()
        except queue.Empty:
            return 0
        try:
            self._take(message)
        except StorageError:
            self.receive(message.topic, message.payload)
            raise
        return 1

    def _take(self, message: Incoming) -> None:
        try:
            call = parse_call(message.payload)
        except MessageError as error:
            reason = f"call: {error}"[:LONGEST_REASON]
            log.warning("call_refused", topic=message.topic[:200], reason=reason)
            with self._database.session() as session:
                store_batch(session, Sorted([], [RefusedMessage(Refusal.INVALID, reason, message)]), self._clock.now())
            return
        with self._database.session() as session:
            self._escorts.take(session, SOURCE, call, SOURCE)
