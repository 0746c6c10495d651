"""From the broker into the database: receive, batch, commit, acknowledge; in this order and no other.

The receiving side (the MQTT thread) only appends to a bounded queue. The writing thread takes up to a batch, validates it,
commits it and only then publishes the acknowledgements. While the database is away the batch at hand is tried again and the
queue fills; when it is full, messages are dropped: nothing has been acknowledged, so the nodes send them again.
"""

import threading
import time
from collections import defaultdict, deque
from dataclasses import replace

import structlog
from sqlalchemy.exc import DBAPIError

from central.config import IngestConfig
from central.database import Database
from central.ingest.sorting import AcceptedEvent, Incoming, Refusal, RefusedMessage, Sorted, refuse_unknown, sort_messages
from central.ingest.storage import known_nodes, store_batch
from central.metrics import Metrics
from yuhang.clock import Clock
from yuhang.errors import StorageError
from yuhang.messages import Ack
from yuhang.mqtt.session import MqttSession
from yuhang.topics import ALL_EVENTS, SHARED_EVENTS, NodeTopics

log = structlog.get_logger(__name__)

PATIENCE_S = 1.0  # real seconds that the MQTT thread waits for room in the queue before it drops a message
FIRST_BACKOFF_S = 0.2
LONGEST_BACKOFF_S = 5.0


class EventWriter:
    """Takes events in. `receive` may be called from any one thread; `start` runs the writing thread."""

    def __init__(self, database: Database, mqtt: MqttSession, config: IngestConfig, clock: Clock, metrics: Metrics) -> None:
        self._database = database
        self._mqtt = mqtt
        self._config = config
        self._clock = clock
        self._metrics = metrics
        self._limit = config.queue_mb * 1024 * 1024
        self._queue: deque[Incoming] = deque()
        self._bytes_in = 0  # written by the receiving thread only
        self._bytes_out = 0  # written by the writing thread only
        self._arrived = threading.Event()
        self._room = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ingest-writer", daemon=True)
        metrics.queue_bytes.set_function(lambda: self._bytes_in - self._bytes_out)
        mqtt.subscribe(SHARED_EVENTS if config.shared else ALL_EVENTS, self.receive, qos=1)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> bool:
        """End after the batch at hand; what is still queued is not acknowledged and will come again. True if ended."""
        self._stopping.set()
        self._arrived.set()
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def receive(self, topic: str, payload: bytes) -> None:
        """Queue one message, waiting a moment for room; without room it is dropped, unacknowledged."""
        if self._bytes_in - self._bytes_out >= self._limit and not self._wait_for_room():
            self._metrics.dropped.inc()
            return
        self._bytes_in += len(payload)
        self._queue.append(Incoming(topic, payload))
        if not self._arrived.is_set():
            self._arrived.set()

    def _wait_for_room(self) -> bool:
        self._room.clear()
        if self._bytes_in - self._bytes_out < self._limit:
            return True
        return self._room.wait(PATIENCE_S) and not self._stopping.is_set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._arrived.wait()
            if len(self._queue) < self._config.batch:
                self._stopping.wait(self._config.wait_ms / 1000)
            self._arrived.clear()
            messages = self._take()
            if messages:
                self._write(messages)

    def _take(self) -> list[Incoming]:
        messages = [self._queue.popleft() for _ in range(min(len(self._queue), self._config.batch))]
        self._bytes_out += sum(len(message.payload) for message in messages)
        if self._queue:
            self._arrived.set()
        self._room.set()
        return messages

    def _write(self, messages: list[Incoming]) -> None:
        started = time.perf_counter()
        batch = sort_messages(messages)
        backoff_s = FIRST_BACKOFF_S
        while not self._stopping.is_set():
            try:
                committed = self._commit(batch)
            except StorageError as error:
                self._metrics.write_failures.inc()
                log.warning("ingest_waits_for_database", error=str(error), events=len(messages), retry_in_s=backoff_s)
                self._stopping.wait(backoff_s)
                backoff_s = min(LONGEST_BACKOFF_S, backoff_s * 2)
                continue
            self._metrics.batch.observe(time.perf_counter() - started)
            self._count(committed)
            self._acknowledge(committed)
            return

    def _commit(self, batch: Sorted) -> Sorted:
        """Write the batch; where the database refuses it for its contents, halve it until the culprit stands alone."""
        topics = {event.topics for event in batch.accepted} | {one.topics for one in batch.refused if one.topics}
        try:
            with self._database.session() as session:
                checked = refuse_unknown(batch, known_nodes(session, topics))
                store_batch(session, checked, self._clock.now())
        except DBAPIError as error:
            if not batch.accepted:
                log.exception("dead_letters_not_kept", count=len(batch.refused))
                return Sorted([], [replace(one, acknowledge=None) for one in batch.refused])
            if len(batch.accepted) == 1:
                return self._commit(Sorted([], [*batch.refused, _refused_by_database(batch.accepted[0], error)]))
            middle = len(batch.accepted) // 2
            left = self._commit(Sorted(batch.accepted[:middle], batch.refused))
            right = self._commit(Sorted(batch.accepted[middle:], []))
            return Sorted([*left.accepted, *right.accepted], [*left.refused, *right.refused])
        return checked

    def _count(self, batch: Sorted) -> None:
        self._metrics.events.inc(len(batch.accepted))
        for one in batch.refused:
            self._metrics.refused.labels(one.kind.value).inc()
        if batch.refused:
            first = batch.refused[0]
            log.warning("events_refused", count=len(batch.refused), first_kind=first.kind.value, first_reason=first.reason)

    def _acknowledge(self, batch: Sorted) -> None:
        ids: defaultdict[NodeTopics, list[str]] = defaultdict(list)
        for event in batch.accepted:
            ids[event.topics].append(event.id)
        for one in batch.refused:
            if one.topics is not None and one.acknowledge is not None:
                ids[one.topics].append(one.acknowledge)
        if not self._mqtt.connected:
            return  # the nodes will ask again
        for topics, of_node in ids.items():
            self._mqtt.publish(topics.ack, Ack(ids=tuple(of_node)).model_dump_json().encode(), qos=1)


def _refused_by_database(event: AcceptedEvent, error: DBAPIError) -> RefusedMessage:
    reason = f"the database refuses it: {type(error.orig).__name__}"
    return RefusedMessage(Refusal.INVALID, reason, event.message, event.topics, event.id)
