"""ESPHome: `<prefix>/<component>/<object_id>/state` and `.../command` (ESPHome documentation, MQTT client component).

Object ids are those of the packages in `firmware_configs/`: `power`, `current`, `voltage`, `energy`, `temperature`, `smoke`,
`socket`; the last will stands in `<prefix>/status`.
"""

from gateway.connectors.convention import SwitchMessage, Value, is_on, number
from gateway.readings import Quantity
from yuhang.errors import MessageError

_SENSORS = {
    quantity.value: quantity
    for quantity in (Quantity.POWER, Quantity.CURRENT, Quantity.VOLTAGE, Quantity.ENERGY, Quantity.TEMPERATURE)
}


class EspHome:
    """The convention; a device is named by its `topic_prefix`."""

    filters = ("+/+/+/state", "+/status")

    def device_of(self, topic: str) -> str:
        return topic.partition("/")[0]

    def read(self, device: str, topic: str, payload: bytes) -> tuple[Value, ...]:
        try:
            text = payload.decode()
        except UnicodeDecodeError as error:
            raise MessageError(f"{topic}: not text") from error
        rest = topic.removeprefix(f"{device}/")
        if rest == "status":
            return (Value(Quantity.ONLINE, 1.0 if text == "online" else 0.0),)
        component, _, tail = rest.partition("/")
        name = tail.removesuffix("/state")
        if component == "sensor" and name in _SENSORS:
            value = number(text)
            return () if value is None else (Value(_SENSORS[name], value),)
        wanted = {("switch", "socket"): Quantity.SWITCH, ("binary_sensor", "smoke"): Quantity.SMOKE}.get((component, name))
        switched = is_on(text)
        return () if wanted is None or switched is None else (Value(wanted, switched),)

    def switch(self, device: str, *, on: bool) -> SwitchMessage:
        return SwitchMessage(f"{device}/switch/socket/command", b"ON" if on else b"OFF")
