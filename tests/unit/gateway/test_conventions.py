"""What Tasmota and ESPHome write, read; and whatever else comes, refused in one way."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.connectors.convention import Convention, SwitchMessage, Value
from gateway.connectors.esphome import EspHome
from gateway.connectors.tasmota import Tasmota
from gateway.readings import Quantity
from yuhang.errors import MessageError

SENSOR = (
    b'{"Time":"2026-06-01T12:00:00","ENERGY":{"TotalStartTime":"2026-01-01T00:00:00","Total":12.345,"Power":182,'
    b'"ApparentPower":190,"Factor":0.96,"Voltage":228,"Current":0.831},"DS18B20":{"Id":"01","Temperature":31.5},"TempUnit":"C"}'
)


def values(*pairs: tuple[Quantity, float]) -> tuple[Value, ...]:
    return tuple(Value(*pair) for pair in pairs)


@pytest.mark.parametrize(
    ("topic", "payload", "expected"),
    [
        (
            "tele/s1/SENSOR",
            SENSOR,
            values(
                (Quantity.POWER, 182),
                (Quantity.CURRENT, 0.831),
                (Quantity.VOLTAGE, 228),
                (Quantity.ENERGY, 12.345),
                (Quantity.TEMPERATURE, 31.5),
            ),
        ),
        ("stat/s1/STATUS10", b'{"StatusSNS":{"ENERGY":{"Power":5}}}', values((Quantity.POWER, 5))),
        ("tele/s1/SENSOR", b'{"ANALOG":{"Temperature":212},"TempUnit":"F"}', values((Quantity.TEMPERATURE, 100))),
        ("tele/s1/SENSOR", b'{"DS18B20":{"Temperature":null}}', ()),
        ("stat/s1/POWER", b"OFF", values((Quantity.SWITCH, 0))),
        ("stat/s1/RESULT", b'{"POWER":"ON"}', values((Quantity.SWITCH, 1))),
        ("tele/s1/STATE", b'{"POWER1":"OFF","Wifi":{}}', values((Quantity.SWITCH, 0))),
        ("tele/s1/LWT", b"Offline", values((Quantity.ONLINE, 0))),
        ("tele/s1/INFO1", b"anything", ()),
    ],
)
def test_tasmota(topic: str, payload: bytes, expected: tuple[Value, ...]) -> None:
    assert Tasmota().read("s1", topic, payload) == expected


@pytest.mark.parametrize(
    ("topic", "payload", "expected"),
    [
        ("s1/sensor/power/state", b"182.0", values((Quantity.POWER, 182))),
        ("s1/sensor/temperature/state", b"nan", ()),
        ("s1/sensor/humidity/state", b"40", ()),
        ("s1/switch/socket/state", b"OFF", values((Quantity.SWITCH, 0))),
        ("s1/binary_sensor/smoke/state", b"ON", values((Quantity.SMOKE, 1))),
        ("s1/status", b"online", values((Quantity.ONLINE, 1))),
    ],
)
def test_esphome(topic: str, payload: bytes, expected: tuple[Value, ...]) -> None:
    assert EspHome().read("s1", topic, payload) == expected


def test_how_they_are_switched() -> None:
    assert Tasmota().switch("s1", on=False) == SwitchMessage("cmnd/s1/POWER", b"OFF")
    assert EspHome().switch("s1", on=True) == SwitchMessage("s1/switch/socket/command", b"ON")


@pytest.mark.parametrize("payload", [b"{", b"[1]", b"\xff", b"[" * 100_000])
def test_what_cannot_be_read_is_named_with_its_topic(payload: bytes) -> None:
    with pytest.raises(MessageError, match="tele/s1/SENSOR"):
        Tasmota().read("s1", "tele/s1/SENSOR", payload)


@given(
    st.sampled_from([Tasmota(), EspHome()]),
    st.sampled_from(
        ["tele/s1/SENSOR", "tele/s1/STATE", "stat/s1/POWER", "tele/s1/LWT", "s1/sensor/power/state", "s1/switch/socket/state"]
    ),
    st.one_of(
        st.binary(max_size=200),
        st.recursive(
            st.one_of(st.none(), st.booleans(), st.floats(), st.text(max_size=8)),
            lambda inner: st.dictionaries(st.sampled_from(["ENERGY", "Power", "Temperature", "StatusSNS", "POWER"]), inner),
            max_leaves=10,
        ).map(lambda document: repr(document).replace("'", '"').replace("None", "null").encode()),
    ),
)
def test_no_message_of_a_device_raises_anything_else(convention: Convention, topic: str, payload: bytes) -> None:
    with contextlib.suppress(MessageError):
        for one in convention.read("s1", topic, payload):
            assert abs(one.value) < 1e13
