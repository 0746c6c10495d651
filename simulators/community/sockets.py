"""Charging sockets with Tasmota on one broker connection, written from Tasmota's documentation and not from the gateway's code.

Each obeys `cmnd/<topic>/POWER`, answers on `stat/<topic>/POWER`, and tells its sensors when asked to `publish`.
"""

import json
import threading
import time
from dataclasses import dataclass, field

from yuhang.mqtt.session import MqttSession

_VOLTS = 228.0


@dataclass(slots=True)
class SimulatedSocket:
    """One socket; `deaf_for` commands are lost on the way, `welded` means that its relay does not open."""

    topic: str
    on: bool = True
    watts: float = 180.0
    celsius: float = 25.0
    deaf_for: int = 0
    welded: bool = False
    told: list[tuple[float, bool]] = field(default_factory=list)  # monotonic seconds, and the wish

    def sensor(self) -> str:
        """What stands in `SENSOR`."""
        watts = self.watts if self.on else 0.0
        energy = {"Total": 1.0, "Power": round(watts), "Voltage": _VOLTS, "Current": round(watts / _VOLTS, 3)}
        return json.dumps({"ENERGY": energy, "DS18B20": {"Id": "01", "Temperature": self.celsius}, "TempUnit": "C"})

    def wish(self, *, on: bool) -> bool:
        """Take a command; false if it was lost."""
        self.told.append((time.monotonic(), on))
        if self.deaf_for > 0:
            self.deaf_for -= 1
            return False
        if not self.welded or on:
            self.on = on
        return True


class SocketShed:
    """All sockets behind one connection."""

    def __init__(self, session: MqttSession, sockets: list[SimulatedSocket]) -> None:
        self.sockets = {one.topic: one for one in sockets}
        self._session = session
        self._lock = threading.Lock()
        session.subscribe("cmnd/+/POWER", self._command)

    def publish(self, topic: str) -> None:
        """Tell the sensors of one socket, as its firmware does every TelePeriod and on change."""
        with self._lock:
            text = self.sockets[topic].sensor()
        self._session.publish(f"tele/{topic}/SENSOR", text.encode(), 0)

    def tell_relay(self, topic: str) -> None:
        """Tell whether the relay is closed."""
        with self._lock:
            word = b"ON" if self.sockets[topic].on else b"OFF"
        self._session.publish(f"stat/{topic}/POWER", word, 1)

    def _command(self, topic: str, payload: bytes) -> None:
        name = topic.split("/")[1]
        one = self.sockets.get(name)
        if one is None or payload not in {b"ON", b"OFF"}:
            return
        with self._lock:
            heard = one.wish(on=payload == b"ON")
        if heard:
            self.tell_relay(name)
