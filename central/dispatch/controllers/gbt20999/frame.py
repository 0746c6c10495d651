"""GB/T 20999-2017 frames: fields, lengths and checksum.

    7E | length u16 | version u16 | host u8 | controller u32 | junction u8 | sequence u8 | type u8 | count u8
       | count x { index u8 | length u8 | class u8 | object u8 | attribute u8 | element u8 | value } | CRC u16 | 7D

Big-endian. Public implementations agree on this and differ in what the frame's length counts and in the checksum's polynomial,
so both are settings (`Rules`). A value's length counts from its class to its end.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from central.dispatch.controllers.errors import FrameError

START, END = 0x7E, 0x7D
_HEAD = struct.Struct(">HBIBBBB")  # version, host, controller, junction, sequence, type, count
_VALUE = struct.Struct(">BBBBBB")
SHORTEST = 2 + _HEAD.size + 2


class FrameType(IntEnum):
    """What a frame is."""

    QUERY = 0x10
    QUERY_REPLY = 0x20
    QUERY_ERROR = 0x21
    SET = 0x30
    SET_REPLY = 0x40
    SET_ERROR = 0x41
    BROADCAST = 0x50
    TRAP = 0x60
    HEARTBEAT = 0x70
    HEARTBEAT_REPLY_2 = 0x71  # of one public host tool
    HEARTBEAT_REPLY = 0x80


class LengthRule(StrEnum):
    """What the frame's length counts; all of them start after the start byte."""

    WHOLE = "whole"  # length, payload and checksum
    PAYLOAD_AND_CRC = "payload_and_crc"
    PAYLOAD = "payload"


@dataclass(frozen=True, slots=True)
class Rules:
    """What public implementations do not agree on; the defaults are those of most."""

    length: LengthRule = LengthRule.WHOLE
    crc_polynomial: int = 0x1005
    crc_initial: int = 0x0000
    version: int = 0x0102


@dataclass(frozen=True, slots=True)
class ObjectId:
    """Class, object, attribute and element (the row) of one value."""

    class_: int
    object: int
    attribute: int = 0
    element: int = 0

    def __str__(self) -> str:
        return f"{self.class_}.{self.object}.{self.attribute}.{self.element}"


@dataclass(frozen=True, slots=True)
class Value:
    """One value; empty in a query."""

    id: ObjectId
    data: bytes = b""
    index: int = 0

    @property
    def number(self) -> int:
        """The value as an unsigned number; `FrameError` where it is none."""
        if not 1 <= len(self.data) <= 4:
            raise FrameError(f"{self.id}: expected a number of 1 to 4 bytes, got {len(self.data)}")
        return int.from_bytes(self.data, "big")


@dataclass(frozen=True, slots=True)
class Frame:
    """One message. `type` is a number, since an unknown type is no reason to lose the frame."""

    type: int
    sequence: int
    values: tuple[Value, ...] = ()
    host: int = 1
    controller: int = 1
    junction: int = 1
    version: int = 0x0102


def crc16(data: bytes, rules: Rules) -> int:
    """Checksum over length to last value, most significant bit first."""
    crc = rules.crc_initial
    table = _TABLES.setdefault(rules.crc_polynomial, _table(rules.crc_polynomial))
    for byte in data:
        crc = ((crc << 8) & 0xFFFF) ^ table[(crc >> 8) ^ byte]
    return crc


def encode(frame: Frame, rules: Rules) -> bytes:
    """Length to checksum, without start, end and escapes. `FrameError` where something does not fit its field."""
    try:
        payload = _HEAD.pack(
            frame.version, frame.host, frame.controller, frame.junction, frame.sequence, frame.type, len(frame.values)
        ) + b"".join(_encoded(value) for value in frame.values)
        body = struct.pack(">H", len(payload) + _COUNTED[rules.length]) + payload
    except struct.error as error:
        raise FrameError(f"a field does not fit: {error}") from error
    return body + struct.pack(">H", crc16(body, rules))


def decode(body: bytes, rules: Rules) -> Frame:
    """The frame in `body` (length to checksum, escapes removed). `FrameError` says what is wrong with it."""
    if len(body) < SHORTEST:
        raise FrameError(f"{len(body)} bytes are too few for a frame")
    counted, checksum = struct.unpack(">H", body[:2])[0], struct.unpack(">H", body[-2:])[0]
    payload = body[2:-2]
    if counted != len(payload) + _COUNTED[rules.length]:
        raise FrameError(f"length says {counted}, counted {len(payload) + _COUNTED[rules.length]} ({rules.length})")
    expected = crc16(body[:-2], rules)
    if checksum != expected:
        raise FrameError(f"checksum is {checksum:#06x}, expected {expected:#06x}")
    version, host, controller, junction, sequence, kind, count = _HEAD.unpack_from(payload)
    return Frame(kind, sequence, _values(payload[_HEAD.size :], count), host, controller, junction, version)


def _values(data: bytes, count: int) -> tuple[Value, ...]:
    values: list[Value] = []
    at = 0
    for _ in range(count):
        if len(data) - at < _VALUE.size:
            raise FrameError(f"value {len(values) + 1} of {count} is cut off")
        index, length, *place = _VALUE.unpack_from(data, at)
        end = at + 2 + length
        if length < 4 or end > len(data):
            raise FrameError(f"value {len(values) + 1} of {count} says {length} bytes, {len(data) - at - 2} are there")
        values.append(Value(ObjectId(*place), data[at + _VALUE.size : end], index))
        at = end
    if at != len(data):
        raise FrameError(f"{len(data) - at} bytes after the last of {count} values")
    return tuple(values)


def _encoded(value: Value) -> bytes:
    place = value.id
    head = _VALUE.pack(value.index, 4 + len(value.data), place.class_, place.object, place.attribute, place.element)
    return head + value.data


def _table(polynomial: int) -> tuple[int, ...]:
    entries: list[int] = []
    for byte in range(256):
        crc = byte << 8
        for _ in range(8):
            crc = ((crc << 1) ^ polynomial if crc & 0x8000 else crc << 1) & 0xFFFF
        entries.append(crc)
    return tuple(entries)


_TABLES: dict[int, tuple[int, ...]] = {}
_COUNTED = {LengthRule.WHOLE: 4, LengthRule.PAYLOAD_AND_CRC: 2, LengthRule.PAYLOAD: 0}
