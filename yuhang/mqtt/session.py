"""One connection to the broker that survives it: subscriptions and retained messages are sent again on every connect.

Only what MQTT 3.1.1 offers is used. Nothing here is a guarantee of delivery: what must not be lost goes through the outbox, whose
acknowledgements come from central. A message published while there is no connection is refused, not kept.
"""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import paho.mqtt.client as paho
import structlog
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion

from yuhang.errors import MessageError
from yuhang.messages import MAX_PAYLOAD_BYTES
from yuhang.mqtt.backoff import Backoff
from yuhang.mqtt.client import BufferedClient
from yuhang.mqtt.config import MqttConfig
from yuhang.topics import filter_pattern

Handler = Callable[[str, bytes], None]

_FIRST_DELAY_S = 0.5
_LONGEST_DELAY_S = 30.0
_IN_FLIGHT = 90  # rumqttd drops a client that has more than its max_inflight_count (100) open
_STOP_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class Subscription:
    """A topic filter and who takes its messages."""

    filter: str
    pattern: re.Pattern[str]
    handler: Handler
    qos: int


@dataclass(slots=True)
class SessionCounters:
    """What a session has been through since it was made."""

    connects: int = 0
    received: int = 0
    handler_errors: int = 0
    refused_publishes: int = 0


class MqttSession:
    """A client of the broker in a thread of its own.

    `will` is the last will (topic, payload), retained and QoS 1. A retained message on the same topic (the birth message, see
    `retain`) wins over a will that the broker sends late, when it notices a dead connection only after the new one was made.
    """

    def __init__(
        self,
        config: MqttConfig,
        client_id: str,
        *,
        will: tuple[str, bytes] | None = None,
        clean_session: bool = True,
    ) -> None:
        self.counters = SessionCounters()
        self._config = config
        self._log = structlog.get_logger(__name__).bind(client=client_id, broker=f"{config.host}:{config.port}")
        self._lock = threading.RLock()
        self._subscriptions: tuple[Subscription, ...] = ()
        self._retained: dict[str, bytes] = {}
        self._on_connect: list[Callable[[], None]] = []
        self._will = will
        self._connected = threading.Event()
        self._started = False
        self._last_sent: paho.MQTTMessageInfo | None = None
        self._client = self._make_client(client_id, clean_session=clean_session)
        self._backoff = Backoff(_FIRST_DELAY_S, _LONGEST_DELAY_S)

    @property
    def connected(self) -> bool:
        """Whether the broker has accepted us and the connection is not known to be lost."""
        return self._connected.is_set()

    def wait_connected(self, timeout_s: float) -> bool:
        """Wait at most `timeout_s` real seconds for the connection; true if it stands."""
        return self._connected.wait(timeout_s)

    def subscribe(self, topic_filter: str, handler: Handler, qos: int = 1) -> None:
        """Hand messages on `topic_filter` to `handler(topic, payload)`, now and after every reconnect.

        The handler runs in the session's thread, so it must be quick; what it raises is logged and counted.
        """
        subscription = Subscription(topic_filter, filter_pattern(topic_filter), handler, qos)
        with self._lock:
            self._subscriptions = (*self._subscriptions, subscription)
        if self.connected:
            self._client.subscribe(topic_filter, qos)

    def retain(self, topic: str, payload: bytes) -> None:
        """Publish `payload` retained, QoS 1, now and again on every connect, until replaced; `MessageError` as for `publish`."""
        _check_size(topic, payload)
        with self._lock:
            self._retained[topic] = payload
        if self.connected:
            self._send(topic, payload, 1, retain=True)

    def publish(self, topic: str, payload: bytes, qos: int = 1, *, retain: bool = False) -> bool:
        """Send a message; false if there is no connection that could take it.

        `MessageError` for more than brokers take (1 MiB): they would close the connection, now and on every repetition.
        """
        _check_size(topic, payload)
        if self.connected and self._send(topic, payload, qos, retain=retain):
            return True
        self.counters.refused_publishes += 1
        return False

    def on_connect(self, callback: Callable[[], None]) -> None:
        """Call `callback` in the session's thread on every connect, after subscriptions and retained messages were sent."""
        with self._lock:
            self._on_connect.append(callback)

    def start(self) -> None:
        """Connect in the background and keep at it; returns at once, also if no broker is there."""
        if self._started:
            return
        self._started = True
        secret = self._config.secret()
        if self._config.username is not None:
            self._client.username_pw_set(self._config.username, secret)
        self._client.connect_async(self._config.host, self._config.port, keepalive=self._config.keepalive_s)
        self._client.loop_start()

    def stop(self) -> None:
        """Send what is on its way (at most five seconds), say goodbye to the broker so that no will is sent, end the thread."""
        if not self._started:
            return
        self._started = False
        self._drain()
        self._client.disconnect()
        self._client.loop_stop()
        self._connected.clear()

    def _make_client(self, client_id: str, *, clean_session: bool) -> paho.Client:
        client = BufferedClient(
            CallbackAPIVersion.VERSION2, client_id=client_id, clean_session=clean_session, protocol=MQTTProtocolVersion.MQTTv311
        )
        client.max_inflight_messages_set(_IN_FLIGHT)
        client.connect_timeout = 5.0
        if self._config.tls_ca_file is not None:
            client.tls_set(ca_certs=str(self._config.tls_ca_file))
        if self._will is not None:
            client.will_set(self._will[0], self._will[1], qos=1, retain=True)
        client.on_connect = self._connected_now
        client.on_connect_fail = self._connect_failed
        client.on_disconnect = self._disconnected
        client.on_message = self._message
        client.on_subscribe = self._subscribed
        return client

    def _send(self, topic: str, payload: bytes, qos: int, *, retain: bool) -> bool:
        info = self._client.publish(topic, payload, qos=qos, retain=retain)
        if info.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            return False
        self._last_sent = info
        return True

    def _drain(self) -> None:
        """Wait for the acknowledgement of the last message; brokers answer in order, so all before it have arrived too."""
        if self._last_sent is not None and self.connected:
            self._last_sent.wait_for_publish(_STOP_TIMEOUT_S)
            if not self._last_sent.is_published():
                self._log.warning("stopped before everything was sent")

    # --- paho's callbacks, all in its thread -------------------------------------------------------------------------

    def _connected_now(self, client: paho.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            self._log.error("the broker refuses us", reason=str(reason))
            return
        self._backoff.reset()
        self.counters.connects += 1
        with self._lock:
            subscriptions, retained, callbacks = self._subscriptions, dict(self._retained), list(self._on_connect)
            self._connected.set()
        wanted = {item.filter: max(other.qos for other in subscriptions if other.filter == item.filter) for item in subscriptions}
        if self._will is not None:
            wanted.setdefault(self._will[0], 1)
        if wanted:
            client.subscribe(list(wanted.items()))
        for topic, payload in retained.items():
            self._send(topic, payload, 1, retain=True)
        self._log.info("connected", connects=self.counters.connects)
        for callback in callbacks:
            self._guarded("on_connect", callback)

    def _connect_failed(self, client: paho.Client, _data: Any) -> None:
        self._wait_longer(client)
        self._log.warning("no connection to the broker", next_try_s=round(self._backoff.last_s, 2))

    def _disconnected(self, client: paho.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        self._connected.clear()
        self._wait_longer(client)
        if self._started:
            self._log.warning("connection lost", reason=str(reason), next_try_s=round(self._backoff.last_s, 2))

    def _wait_longer(self, client: paho.Client) -> None:
        """Paho doubles its own delay; setting least and largest to ours adds the jitter that it lacks."""
        delay: Any = self._backoff.next_s()  # paho declares whole seconds and takes any
        client.reconnect_delay_set(delay, delay)

    def _subscribed(self, _client: paho.Client, _data: Any, _mid: int, reasons: Any, _properties: Any) -> None:
        if any(reason.is_failure for reason in reasons):
            self._log.error("the broker refuses a subscription", reasons=[str(reason) for reason in reasons])

    def _message(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        self.counters.received += 1
        topic, payload = message.topic, message.payload
        if (topic, payload) == self._will:
            self._overwrite_will(topic)
        for subscription in self._subscriptions:
            if subscription.pattern.fullmatch(topic):
                self._guarded(topic, subscription.handler, topic, payload)

    def _overwrite_will(self, topic: str) -> None:
        with self._lock:
            birth = self._retained.get(topic)
        if birth is not None:
            self._log.info("a late last will of ours is overwritten")
            self._send(topic, birth, 1, retain=True)

    def _guarded(self, what: str, function: Callable[..., None], *arguments: Any) -> None:
        try:
            function(*arguments)
        except Exception:  # noqa: BLE001 - the boundary between strangers' messages and the connection, which must go on
            self.counters.handler_errors += 1
            self._log.exception("a handler failed", topic=what)


def _check_size(topic: str, payload: bytes) -> None:
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise MessageError(f"{topic}: {len(payload)} bytes are more than {MAX_PAYLOAD_BYTES}")
