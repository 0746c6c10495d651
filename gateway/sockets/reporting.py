"""What the sockets draw, told to the site: on change and now and then, so that two thousand of them do not flood anybody."""

from datetime import datetime
from typing import Protocol

from gateway.readings import Quantity, Reading
from yuhang.messages import SocketReport

_SMALLEST_CHANGE_W = 5.0
_CHANGE_SHARE = 0.1


class Publisher(Protocol):
    """What is needed of the MQTT session."""

    def publish(self, topic: str, payload: bytes, qos: int = 1) -> bool: ...


class SocketReporter:
    """Publishes `telemetry/socket` of each socket when its power has changed, and every `every_s` seconds otherwise."""

    def __init__(self, publisher: Publisher, topic: str, every_s: float) -> None:
        self._publisher = publisher
        self._topic = topic
        self._every_s = every_s
        self._last: dict[str, tuple[datetime, float]] = {}

    def saw(self, socket: str, reading: Reading) -> None:
        """A reading of the socket."""
        if reading.quantity is Quantity.POWER:
            watts = max(0.0, reading.value)
        elif reading.quantity is Quantity.SWITCH and reading.value <= 0:
            watts = 0.0  # a relay that is open lets nothing through, whatever the meter said last
        else:
            return
        known = self._last.get(socket)
        if known is not None and not self._is_news(known, watts, reading.at):
            return
        report = SocketReport(socket=socket, time=reading.at, watts=min(watts, 100_000))
        if self._publisher.publish(self._topic, report.model_dump_json().encode(), 0):
            self._last[socket] = (reading.at, watts)

    def _is_news(self, known: tuple[datetime, float], watts: float, at: datetime) -> bool:
        told_at, told = known
        changed = abs(watts - told) >= max(_SMALLEST_CHANGE_W, _CHANGE_SHARE * told)
        return changed or not 0 <= (at - told_at).total_seconds() < self._every_s
