"""The sending half of the outbox: what is pending goes to the broker in order, again and again until central acknowledges it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog
from pydantic import Field, ValidationError

from yuhang.clock import Clock
from yuhang.config.section import Section
from yuhang.errors import StorageError
from yuhang.messages import Ack, first_error
from yuhang.outbox.store import Outbox, StoredEvent
from yuhang.topics import NodeTopics

_IDLE_S = 0.25  # an event put by the owner is noticed at once through `wake`; this is for what nobody announces


class SenderConfig(Section):
    """How the outbox is emptied."""

    window: int = Field(default=200, ge=1, le=10_000, description="events on their way that central has not acknowledged")
    ack_timeout_s: float = Field(default=10.0, gt=0, le=3600, description="real seconds after which an event is sent again")


class Session(Protocol):
    """What the sender needs of an MQTT session."""

    @property
    def connected(self) -> bool: ...

    def publish(self, topic: str, payload: bytes, qos: int = 1) -> bool: ...

    def subscribe(self, topic_filter: str, handler: Callable[[str, bytes], None], qos: int = 1) -> None: ...

    def on_connect(self, callback: Callable[[], None]) -> None: ...


@dataclass(slots=True)
class SenderCounters:
    """What the sender has done since it was made."""

    sent: int = 0
    sent_again: int = 0
    acknowledged: int = 0
    unknown_acks: int = 0
    bad_acks: int = 0
    storage_errors: int = 0


class OutboxSender:
    """Publishes pending events by number, at most `window` of them unacknowledged at a time.

    Every event is sent again when its acknowledgement is late, and all are after a reconnect: central tolerates repeats.
    """

    def __init__(
        self, outbox: Outbox, session: Session, topics: NodeTopics, clock: Clock, config: SenderConfig | None = None
    ) -> None:
        self.counters = SenderCounters()
        self._outbox = outbox
        self._session = session
        self._topics = topics
        self._clock = clock
        self._config = config or SenderConfig()
        self._log = structlog.get_logger(__name__)
        self._in_flight: dict[str, datetime] = {}
        self._last_sent_seq = 0
        self._lock = threading.Lock()
        self._acknowledged: set[str] = set()
        self._reconnected = False
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        session.subscribe(topics.ack, self._ack)
        session.on_connect(self._connect)

    def start(self) -> None:
        """Begin to send in a thread of its own."""
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; what is pending stays in the outbox."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        self._thread = None

    def wake(self) -> None:
        """Say that an event was put, so that it need not wait for the next round."""
        self._wake.set()

    def step(self) -> int:
        """One round: take in acknowledgements, send what may be sent; returns how many events were sent."""
        self._take_in()
        if not self._session.connected:
            return 0
        return self._send_late() + self._send_new()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                self.step()
            except StorageError as error:
                self.counters.storage_errors += 1
                self._log.error("the outbox cannot be read or emptied; trying again", error=str(error))
                self._stopping.wait(1.0)
            self._wake.wait(_IDLE_S)

    def _take_in(self) -> None:
        with self._lock:
            acknowledged, self._acknowledged = self._acknowledged, set()
            reconnected, self._reconnected = self._reconnected, False
        if acknowledged:
            try:
                removed = self._outbox.acknowledge(acknowledged)
            except StorageError:
                with self._lock:
                    self._acknowledged |= acknowledged
                raise
            self.counters.acknowledged += removed
            self.counters.unknown_acks += len(acknowledged) - removed
            for event_id in acknowledged:
                self._in_flight.pop(event_id, None)
        if reconnected:
            self._in_flight.clear()
            self._last_sent_seq = 0

    def _send_late(self) -> int:
        """Send again what was not acknowledged in time; a clock that stepped back counts as late too."""
        now = self._clock.now()
        patience_s = self._config.ack_timeout_s * self._clock.speed
        late = {key for key, sent_at in self._in_flight.items() if not 0 <= (now - sent_at).total_seconds() < patience_s}
        if not late:
            return 0
        events = [event for event in self._outbox.pending(self._config.window) if event.id in late]
        self.counters.sent_again += len(events)
        return self._send(events)

    def _send_new(self) -> int:
        room = self._config.window - len(self._in_flight)
        return self._send(self._outbox.pending(room, self._last_sent_seq)) if room > 0 else 0

    def _send(self, events: list[StoredEvent]) -> int:
        for count, event in enumerate(events):
            if not self._session.publish(self._topics.event(event.type), event.payload, 1):
                return count
            self._in_flight[event.id] = self._clock.now()
            self._last_sent_seq = max(self._last_sent_seq, event.seq)
            self.counters.sent += 1
        return len(events)

    def _ack(self, _topic: str, payload: bytes) -> None:
        """In the session's thread: only take note, the sender's own thread writes."""
        try:
            ack = Ack.model_validate_json(payload)
        except ValidationError as error:
            self.counters.bad_acks += 1
            self._log.warning("an acknowledgement that cannot be read", error=first_error(error), size=len(payload))
            return
        with self._lock:
            self._acknowledged.update(ack.ids)
        self._wake.set()

    def _connect(self) -> None:
        with self._lock:
            self._reconnected = True
        self._wake.set()
