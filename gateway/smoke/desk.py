"""Takes the readings of smoke detectors; one that begins to sound is an event, one that goes on sounding is none again."""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from gateway.readings import Quantity, Reading
from gateway.smoke.config import SmokeDetectorConfig
from yuhang.errors import StorageError
from yuhang.ids import new_ulid
from yuhang.messages import NodeEvent, SmokeAlarm, SmokeAlarmEvent

log = structlog.get_logger(__name__)

_TRY_AGAIN_S = 1.0


@dataclass(slots=True)
class SmokeCounters:
    """What has happened since the start."""

    alarms: int = 0
    storage_errors: int = 0


class SmokeDesk:
    """All smoke detectors of a gateway. Events are kept by a thread of its own: the disk must not hold up the readings."""

    def __init__(self, detectors: tuple[SmokeDetectorConfig, ...], put: Callable[[NodeEvent], object], source: str) -> None:
        """`put` keeps an event for good or raises `StorageError`; `source` is the gateway's topic prefix."""
        self.counters = SmokeCounters()
        self._detectors = {one.device: one for one in detectors}
        self._put = put
        self._source = source
        self._sounding: set[str] = set()
        self._events: queue.SimpleQueue[SmokeAlarmEvent | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._write, name="smoke", daemon=True)

    def start(self) -> None:
        """Begin to keep events."""
        self._thread.start()

    def stop(self) -> None:
        """Keep what has come, then end."""
        self._stopping.set()
        self._events.put(None)
        self._thread.join()

    def receive(self, reading: Reading) -> None:
        """A reading of any device, on the connector's thread."""
        detector = self._detectors.get(reading.device)
        if detector is None or reading.quantity is not Quantity.SMOKE:
            return
        if reading.value <= 0:
            self._sounding.discard(detector.sensor)
        elif detector.sensor not in self._sounding:
            self._sounding.add(detector.sensor)
            self.counters.alarms += 1
            log.warning("smoke", sensor=detector.sensor)
            self._events.put(self._event(detector, reading.at))

    def _event(self, detector: SmokeDetectorConfig, at: datetime) -> SmokeAlarmEvent:
        data = SmokeAlarm(sensor=detector.sensor, place=detector.place, latitude=detector.latitude, longitude=detector.longitude)
        return SmokeAlarmEvent(id=new_ulid(at), source=self._source, subject=detector.address, time=at, seq=0, data=data)

    def _write(self) -> None:
        while (event := self._events.get()) is not None:
            while not self._kept(event) and not self._stopping.wait(_TRY_AGAIN_S):
                pass

    def _kept(self, event: SmokeAlarmEvent) -> bool:
        try:
            self._put(event)
        except StorageError as error:
            self.counters.storage_errors += 1
            log.warning("an event cannot be kept; trying again", error=str(error))
            return False
        return True
