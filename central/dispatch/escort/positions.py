"""Where the engines are now: the last position of each, as its terminal sends it, kept in memory."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import structlog
from pydantic import ValidationError

from central.dispatch.escort.config import EngineConfig
from yuhang.clock import Clock
from yuhang.coordinates import Position
from yuhang.errors import MessageError
from yuhang.messages import VehiclePosition, first_error
from yuhang.mqtt.session import MqttSession

log = structlog.get_logger(__name__)

_LONGEST_MESSAGE = 4096
_BELIEVED_AGAIN_S = 60.0
"""A terminal whose clock was set back is believed again when its last position is this old."""


@dataclass(frozen=True, slots=True)
class EnginePosition:
    """Where an engine was at `time` (its own clock), heard at `heard_s` (monotonic seconds), `late_s` after it was so."""

    position: Position
    speed_mps: float
    heading_deg: float | None
    time: datetime
    heard_s: float
    late_s: float = 0.0

    def age_s(self, now_s: float) -> float:
        """Seconds since it was true."""
        return max(0.0, now_s - self.heard_s) + self.late_s


class Positions:
    """The last position of each engine, by the engine's id."""

    def __init__(self, engines: Iterable[EngineConfig], clock: Clock, monotonic: Callable[[], float]) -> None:
        self._engine_of = {engine.topics.telemetry("position"): engine.id for engine in engines}
        self._clock = clock
        self._now_s = monotonic
        self._lock = threading.Lock()
        self._last: dict[str, EnginePosition] = {}

    def listen(self, mqtt: MqttSession) -> None:
        """Take the positions of all engines."""
        for topic in self._engine_of:
            mqtt.subscribe(topic, self.receive, qos=0)

    def receive(self, topic: str, payload: bytes) -> None:
        """Take a message in; one that does not follow the contract is logged and dropped."""
        engine = self._engine_of.get(topic)
        if engine is None:
            return
        try:
            self.put(engine, parse_position(payload))
        except MessageError as error:
            log.warning("position_refused", topic=topic[:200], reason=str(error))

    def put(self, engine: str, message: VehiclePosition) -> None:
        """Keep a position unless a newer one is known: what was delayed or comes twice changes nothing."""
        position, now_s = message.position, self._now_s()
        if position is None:
            return
        late_s = max(0.0, (self._clock.now() - message.time).total_seconds())
        with self._lock:
            last = self._last.get(engine)
            if last is not None and message.time <= last.time and now_s - last.heard_s < _BELIEVED_AGAIN_S:
                return
            self._last[engine] = EnginePosition(position, message.speed_mps, message.heading_deg, message.time, now_s, late_s)

    def last(self, engine: str) -> EnginePosition | None:
        """The engine's last position, however old."""
        with self._lock:
            return self._last.get(engine)


def parse_position(payload: bytes) -> VehiclePosition:
    """One position from its JSON, or `MessageError`."""
    if len(payload) > _LONGEST_MESSAGE:
        raise MessageError(f"{len(payload)} bytes; a position has at most {_LONGEST_MESSAGE}")
    try:
        return VehiclePosition.model_validate_json(payload)
    except ValidationError as error:
        raise MessageError(first_error(error)) from error
