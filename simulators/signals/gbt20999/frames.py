"""Frames of GB/T 20999-2017: bytes to typed values and back. Pure.

`7E | length 2 | version 2 | host 1 | controller 4 | junction 1 | sequence 1 | type 1 | count 1 | values | CRC 2 | 7D`.
Big-endian. On TCP and serial lines 5C stands before each 7E, 7D and 5C within the frame; on UDP nothing is escaped. What
implementations read differently in the standard is a setting of `FrameRules`.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

START, END, ESCAPE = 0x7E, 0x7D, 0x5C
HEAD = struct.Struct(">HHBIBBBB")
VALUE_HEAD = struct.Struct(">BBBBBB")
MAX_FRAME = 65_535


class FrameType(IntEnum):
    """What a frame is for."""

    QUERY = 0x10
    QUERY_REPLY = 0x20
    QUERY_ERROR = 0x21
    SET = 0x30
    SET_REPLY = 0x40
    SET_ERROR = 0x41
    BROADCAST = 0x50
    TRAP = 0x60
    HEARTBEAT = 0x70
    HEARTBEAT_REPLY = 0x80


class FrameError(Exception):
    """Bytes that are no frame under the rules in force; the text says why."""


@dataclass(frozen=True, slots=True)
class FrameRules:
    """How one maker reads the standard."""

    length_counts: Literal["all", "without_crc", "body"] = "all"
    """`all`: from the length itself to the CRC (OpenATC); `without_crc`; `body`: what lies between (signal-protocol-core)."""
    polynomial: int = 0x1005
    """x16+x12+x2+1 as the standard writes it; 0x1021 where somebody took the usual one."""
    crc_start: int = 0x0000
    escaped: bool = True
    """TCP and serial lines; not UDP."""


@dataclass(frozen=True, slots=True)
class DataValue:
    """One value and where it belongs; a query has none. The index counts from 1 and comes back in the answer."""

    index: int
    data_class: int
    object_number: int
    attribute: int
    element: int
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame without its marks, length and check."""

    kind: FrameType
    sequence: int
    values: tuple[DataValue, ...] = ()
    version: int = 0x0102
    host: int = 1
    controller: int = 1
    junction: int = 1


def encode(frame: Frame, rules: FrameRules) -> bytes:
    """The frame as it goes on the wire."""
    values = b"".join(_value_bytes(value) for value in frame.values)
    head = (frame.version, frame.host, frame.controller, frame.junction, frame.sequence, frame.kind, len(frame.values))
    inner = HEAD.pack(_length(HEAD.size + len(values), rules), *head) + values
    inner += crc16(inner, rules).to_bytes(2, "big")
    return bytes([START]) + (escape(inner) if rules.escaped else inner) + bytes([END])


def decode(inner: bytes, rules: FrameRules) -> Frame:
    """The frame from what stood between its marks, without escapes; `FrameError` says what is wrong."""
    if len(inner) < HEAD.size + 2:
        raise FrameError(f"{len(inner)} bytes are too few for a frame")
    covered, check = inner[:-2], int.from_bytes(inner[-2:], "big")
    if crc16(covered, rules) != check:
        raise FrameError("the check does not fit")
    length, version, host, controller, junction, sequence, kind, count = HEAD.unpack_from(covered)
    if length != _length(len(covered), rules):
        raise FrameError(f"the length says {length}, but should say {_length(len(covered), rules)} ({rules.length_counts})")
    if kind not in set(FrameType):
        raise FrameError(f"there is no frame of type {kind:#x}")
    return Frame(FrameType(kind), sequence, _values(covered[HEAD.size :], count), version, host, controller, junction)


def crc16(data: bytes, rules: FrameRules) -> int:
    """The check over length to last value, most significant bit first."""
    check = rules.crc_start
    for byte in data:
        check ^= byte << 8
        for _ in range(8):
            check = ((check << 1) ^ rules.polynomial if check & 0x8000 else check << 1) & 0xFFFF
    return check


def escape(inner: bytes) -> bytes:
    """5C before everything that could be a mark."""
    return b"".join(bytes([ESCAPE, byte]) if byte in {START, END, ESCAPE} else bytes([byte]) for byte in inner)


class StreamReader:
    """Cuts a stream into frames; what stands outside of marks is skipped, and a frame too long to be one is dropped."""

    def __init__(self) -> None:
        self._inner: bytearray | None = None
        self._is_literal = False

    def feed(self, data: bytes) -> list[bytes]:
        """The whole frames that these bytes complete, without marks and escapes."""
        return [inner for byte in data if (inner := self._step(byte)) is not None]

    def _step(self, byte: int) -> bytes | None:
        if self._is_literal and self._inner is not None:
            self._inner.append(byte)
            self._is_literal = False
        elif byte == START:
            self._inner = bytearray()
        elif self._inner is None:
            return None
        elif byte == ESCAPE:
            self._is_literal = True
        elif byte == END:
            inner, self._inner = bytes(self._inner), None
            return inner
        else:
            self._inner.append(byte)
        if self._inner is not None and len(self._inner) > MAX_FRAME:
            self._inner = None
        return None


def from_datagram(data: bytes) -> bytes:
    """What stands between the marks of a datagram, which is one whole frame."""
    if len(data) < 2 or data[0] != START or data[-1] != END:
        raise FrameError("a datagram begins with 7E and ends with 7D")
    return data[1:-1]


def _length(covered: int, rules: FrameRules) -> int:
    """What the length field says for so many bytes from itself to the last value."""
    return {"all": covered + 2, "without_crc": covered, "body": covered - 2}[rules.length_counts]


def _value_bytes(value: DataValue) -> bytes:
    place = (value.data_class, value.object_number, value.attribute, value.element)
    return VALUE_HEAD.pack(value.index, 4 + len(value.content), *place) + value.content


def _values(data: bytes, count: int) -> tuple[DataValue, ...]:
    found: list[DataValue] = []
    at = 0
    for _ in range(count):
        if at + VALUE_HEAD.size > len(data):
            raise FrameError(f"{count} values are announced, but only {len(found)} are there")
        index, length, data_class, object_number, attribute, element = VALUE_HEAD.unpack_from(data, at)
        end = at + 2 + length
        if length < 4 or end > len(data):
            raise FrameError(f"value {len(found) + 1} has an impossible length {length}")
        content = data[at + VALUE_HEAD.size : end]
        found.append(DataValue(index, data_class, object_number, attribute, element, content))
        at = end
    if at != len(data):
        raise FrameError(f"{len(data) - at} bytes stand behind the last value")
    return tuple(found)
