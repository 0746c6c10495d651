"""Tasmota: topics `%prefix%/%topic%/` with the prefixes tele, stat and cmnd, as the firmware ships (Tasmota documentation, MQTT).

`tele/<topic>/SENSOR` carries `ENERGY` (Power in W, Current in A, Voltage in V, Total in kWh) and one object a temperature probe
(`DS18B20`, `ANALOG` ...: `Temperature`); `stat/<topic>/POWER` reads the relay back; `tele/<topic>/LWT` is the last will.
"""

import json
from typing import Any

from gateway.connectors.convention import SwitchMessage, Value, is_on, number
from gateway.readings import Quantity
from yuhang.errors import MessageError

_METER = {
    "Power": Quantity.POWER,
    "Current": Quantity.CURRENT,
    "Voltage": Quantity.VOLTAGE,
    "Total": Quantity.ENERGY,
}


class Tasmota:
    """The convention; a device is named by its `%topic%`."""

    filters = ("tele/+/+", "stat/+/+")

    def device_of(self, topic: str) -> str:
        return topic.split("/", 2)[1]

    def read(self, device: str, topic: str, payload: bytes) -> tuple[Value, ...]:
        kind = topic.removeprefix(f"tele/{device}/").removeprefix(f"stat/{device}/")
        text = _text(topic, payload)
        if kind == "LWT":
            return (Value(Quantity.ONLINE, 1.0 if text == "Online" else 0.0),)
        if kind in {"POWER", "POWER1"}:
            switched = is_on(text)
            return () if switched is None else (Value(Quantity.SWITCH, switched),)
        if kind in {"SENSOR", "STATUS8", "STATUS10"}:
            return tuple(_sensors(_document(topic, text)))
        if kind in {"STATE", "RESULT"}:
            found = _document(topic, text)
            switched = is_on(found.get("POWER", found.get("POWER1")))
            return () if switched is None else (Value(Quantity.SWITCH, switched),)
        return ()

    def switch(self, device: str, *, on: bool) -> SwitchMessage:
        return SwitchMessage(f"cmnd/{device}/POWER", b"ON" if on else b"OFF")


def _text(topic: str, payload: bytes) -> str:
    try:
        return payload.decode()
    except UnicodeDecodeError as error:
        raise MessageError(f"{topic}: not text") from error


def _document(topic: str, text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MessageError(f"{topic}: not JSON") from error
    if not isinstance(document, dict):
        raise MessageError(f"{topic}: not a JSON object")
    inner = document.get("StatusSNS")  # the answer to `Status 8` wraps it
    return inner if isinstance(inner, dict) else document


def _sensors(document: dict[str, Any]) -> list[Value]:
    meter = document.get("ENERGY")
    found = [
        Value(quantity, value)
        for key, quantity in _METER.items()
        if isinstance(meter, dict) and (value := number(meter.get(key))) is not None
    ]
    fahrenheit = document.get("TempUnit") == "F"
    for name, sensor in document.items():
        if name != "ENERGY" and isinstance(sensor, dict) and (degrees := number(sensor.get("Temperature"))) is not None:
            found.append(Value(Quantity.TEMPERATURE, (degrees - 32) / 1.8 if fahrenheit else degrees))
    return found
