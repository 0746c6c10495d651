"""Counts that come over MQTT, one message a car park or a list of them."""

import json
import queue

import structlog

from central.database import Database
from central.registry.occupancy.config import MqttSource
from central.registry.occupancy.mapping import OccupancyError, readings_of
from central.registry.occupancy.recording import record_all
from central.registry.occupancy.rules import Reading
from yuhang.clock import Clock
from yuhang.errors import StorageError
from yuhang.mqtt.session import MqttSession

log = structlog.get_logger(__name__)

_CAPACITY = 2000
_BATCH = 200


class MqttCounter:
    """Takes messages in the MQTT thread and writes them down as a worker. A lost count is replaced by the next one."""

    name = "car-parks-mqtt"

    def __init__(self, database: Database, clock: Clock, mqtt: MqttSession, source: MqttSource) -> None:
        self._database = database
        self._clock = clock
        self._mapping = source.mapping
        self._queue: queue.Queue[Reading] = queue.Queue(_CAPACITY)
        mqtt.subscribe(source.topic, self.receive, qos=1)

    def receive(self, topic: str, payload: bytes) -> None:
        """Check a message and queue its readings; what cannot be read is logged and dropped."""
        try:
            readings, findings = readings_of(json.loads(payload), self._mapping, self._clock.now())
        except (ValueError, OccupancyError) as error:
            log.warning("car_park_message_refused", topic=topic[:200], reason=str(error)[:200])
            return
        for finding in findings:
            log.warning("car_park_refused", topic=topic[:200], reason=finding)
        for reading in readings:
            try:
                self._queue.put_nowait(reading)
            except queue.Full:
                log.warning("car_park_count_dropped", topic=topic[:200])

    def run_once(self) -> int:
        readings: list[Reading] = []
        while len(readings) < _BATCH and not self._queue.empty():
            readings.append(self._queue.get_nowait())
        try:
            record_all(self._database, self._clock, readings)
        except StorageError:
            for reading in readings[: _CAPACITY - self._queue.qsize()]:
                self._queue.put_nowait(reading)
            raise
        return len(readings)
