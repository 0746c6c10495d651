"""Devices on the community's own broker, by the convention of their firmware."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import structlog

from gateway.connectors.convention import Convention
from gateway.connectors.protocol import Sink
from gateway.readings import Reading
from yuhang.clock import Clock
from yuhang.errors import MessageError

log = structlog.get_logger(__name__)


class DeviceBroker(Protocol):
    """What is needed of the MQTT session."""

    def subscribe(self, topic_filter: str, handler: Callable[[str, bytes], None], qos: int = 1) -> None: ...

    def publish(self, topic: str, payload: bytes, qos: int = 1) -> bool: ...

    def start(self) -> None: ...

    def stop(self) -> None: ...


@dataclass(slots=True)
class DeviceCounters:
    """What has come in since the start."""

    messages: int = 0
    unreadable: int = 0
    strangers: int = 0  # of devices that the configuration does not name


class MqttDevices:
    """All devices of one broker, by convention; few subscriptions, since the session tries each on every message."""

    def __init__(self, broker: DeviceBroker, devices: Mapping[str, Convention], clock: Clock) -> None:
        self.counters = DeviceCounters()
        self._broker = broker
        self._devices = dict(devices)
        self._clock = clock

    def start(self, sink: Sink) -> None:
        """Listen to every device, now and after every reconnect."""
        for convention in set(self._devices.values()):
            for topic_filter in convention.filters:
                self._broker.subscribe(topic_filter, partial(self._receive, sink, convention))
        self._broker.start()

    def stop(self) -> None:
        """Say goodbye to the broker."""
        self._broker.stop()

    def switch(self, device: str, *, on: bool) -> bool:
        """Ask the device to switch."""
        message = self._devices[device].switch(device, on=on)
        return self._broker.publish(message.topic, message.payload, 1)

    def _receive(self, sink: Sink, convention: Convention, topic: str, payload: bytes) -> None:
        device = convention.device_of(topic)
        if self._devices.get(device) is not convention:
            self.counters.strangers += 1
            return
        self.counters.messages += 1
        try:
            values = convention.read(device, topic, payload)
        except MessageError as error:
            self.counters.unreadable += 1
            log.warning("a device's message that cannot be read", device=device, error=str(error), size=len(payload))
            return
        now = self._clock.now()
        for one in values:
            sink(Reading(device, one.quantity, one.value, now))
