"""What stands in the bodies of JT/T 808: those messages that a gateway understands and answers. Pure.

Words are big-endian, texts GBK, times BCD by Beijing's clock; registration and authentication differ between 2013 and 2019.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from zoneinfo import ZoneInfo

from gateway.jt808.frames import FrameError

BEIJING = ZoneInfo("Asia/Shanghai")
_POSITION = struct.Struct(">IIIIHHH6s")
_LOCATED, _SOUTH, _WEST = 1 << 1, 1 << 2, 1 << 3
_MAX_BATCH = 500


class Id(IntEnum):
    """Messages by their number."""

    TERMINAL_ANSWER = 0x0001
    HEARTBEAT = 0x0002
    LOGOUT = 0x0003
    REGISTRATION = 0x0100
    AUTHENTICATION = 0x0102
    POSITION = 0x0200
    POSITIONS = 0x0704
    PLATFORM_ANSWER = 0x8001
    REGISTRATION_ANSWER = 0x8100


class Result(IntEnum):
    """What the general answer says."""

    DONE = 0
    FAILED = 1
    WRONG = 2
    NOT_SUPPORTED = 3


class Registered(IntEnum):
    """What the answer to a registration says."""

    DONE = 0
    VEHICLE_TAKEN = 1
    NO_SUCH_VEHICLE = 2
    TERMINAL_TAKEN = 3
    NO_SUCH_TERMINAL = 4


@dataclass(frozen=True, slots=True)
class Registration:
    """A terminal that wants to be known. `plate` as it writes it, empty for a vehicle without one."""

    province: int
    city: int
    maker: str
    model: str
    terminal: str
    colour: int
    plate: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A position. `located` false: the receiver had none and repeats an old one. `extras` are the additional items by number."""

    at: datetime
    latitude: float
    longitude: float
    altitude_m: int
    speed_kmh: float
    course_deg: int
    located: bool
    alarms: int
    status: int
    extras: Mapping[int, bytes] = field(default_factory=dict)


def registration(body: bytes, edition: int) -> Registration:
    """0x0100; `FrameError` for one that is too short."""
    sizes = (11, 30, 30) if edition == 2019 else (5, 20, 7)
    if len(body) < 4 + sum(sizes) + 1:
        raise FrameError(f"a registration of {len(body)} bytes")
    province, city = struct.unpack_from(">HH", body)
    at, texts = 4, []
    for size in sizes:
        texts.append(_text(body[at : at + size]))
        at += size
    maker, model, terminal = texts
    return Registration(province, city, maker, model, terminal, body[at], _text(body[at + 1 :]) if body[at] else "")


def authentication(body: bytes, edition: int) -> str:
    """The code of 0x0102; that of 2019 says its length and goes on with serial numbers that nobody here needs."""
    if edition != 2019:
        return _text(body)
    if not body or len(body) < 1 + body[0]:
        raise FrameError("an authentication that ends in its code")
    return _text(body[1 : 1 + body[0]])


def fix(body: bytes) -> Fix:
    """0x0200, or one item of 0x0704."""
    if len(body) < _POSITION.size:
        raise FrameError(f"a position of {len(body)} bytes")
    alarms, status, latitude, longitude, altitude, speed, course, at = _POSITION.unpack_from(body)
    north, east = latitude / 1e6, longitude / 1e6
    if north > 90 or east > 180:
        raise FrameError(f"no place on earth: {north} {east}")
    return Fix(
        at=_time(at),
        latitude=-north if status & _SOUTH else north,
        longitude=-east if status & _WEST else east,
        altitude_m=altitude,
        speed_kmh=speed / 10,
        course_deg=course,
        located=bool(status & _LOCATED),
        alarms=alarms,
        status=status,
        extras=_extras(body[_POSITION.size :]),
    )


def fixes(body: bytes) -> list[Fix]:
    """0x0704, the oldest first as the terminal sends them."""
    if len(body) < 3:
        raise FrameError("a batch without its head")
    (count,) = struct.unpack_from(">H", body)
    if count > _MAX_BATCH:
        raise FrameError(f"a batch of {count} positions")
    at = 3
    found: list[Fix] = []
    for _ in range(count):
        if len(body) < at + 2:
            raise FrameError(f"a batch of {count} positions that ends after {len(found)}")
        (size,) = struct.unpack_from(">H", body, at)
        if len(body) < at + 2 + size:
            raise FrameError(f"a batch of {count} positions that ends in number {len(found) + 1}")
        found.append(fix(body[at + 2 : at + 2 + size]))
        at += 2 + size
    return found


def platform_answer(serial: int, message: int, result: Result) -> bytes:
    """0x8001."""
    return struct.pack(">HHB", serial, message, result)


def registration_answer(serial: int, result: Registered, code: str = "") -> bytes:
    """0x8100; the code only where it was accepted."""
    return struct.pack(">HB", serial, result) + (code.encode("gbk") if result is Registered.DONE else b"")


def _extras(data: bytes) -> dict[int, bytes]:
    """Additional items: number, length, content. What is cut off is left out: the position itself is sound."""
    found: dict[int, bytes] = {}
    at = 0
    while at + 2 <= len(data) and at + 2 + data[at + 1] <= len(data):
        found[data[at]] = bytes(data[at + 2 : at + 2 + data[at + 1]])
        at += 2 + data[at + 1]
    return found


def _time(bcd: bytes) -> datetime:
    text = bcd.hex()
    if not text.isdecimal():
        raise FrameError("a time that is not in decimal digits")
    year, month, day, hour, minute, second = (int(text[at : at + 2]) for at in range(0, 12, 2))
    try:
        return datetime(2000 + year, month, day, hour, minute, second, tzinfo=BEIJING).astimezone(UTC)
    except ValueError as error:
        raise FrameError(f"no time: {text}") from error


def _text(data: bytes) -> str:
    return data.split(b"\0", 1)[0].decode("gbk", "replace").strip()
