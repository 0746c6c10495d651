"""Frames of JT/T 808: 0x7E, header, body, check byte, 0x7E; what stands between is escaped. Pure.

Inside, 0x7E is written 0x7D 0x02 and 0x7D is written 0x7D 0x01; the check byte is the exclusive or of all bytes before it.
A set bit 14 of the attributes tells the header of 2019 (version byte, ten bytes of number) from that of 2013 (six bytes).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import xor

from yuhang.errors import YuhangError

MARK = 0x7E
_ESCAPE = 0x7D
MAX_BODY = 1023
"""The body length has ten bits."""
MAX_FRAME = 2 * (MAX_BODY + 32) + 2
"""Every byte escaped; what is longer is no frame."""
_LENGTH, _ENCRYPTION, _IN_PARTS, _VERSION_2019 = 0x03FF, 0x1C00, 0x2000, 0x4000


class FrameError(YuhangError):
    """Bytes that are no frame of JT/T 808, or a body that is not what its message says."""


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a message that did not fit into one frame; `number` counts from 1."""

    number: int
    total: int


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame. `phone` is the terminal's number without leading zeros; `edition` 2013 or 2019."""

    message: int
    phone: str
    serial: int
    body: bytes = b""
    edition: int = 2013
    part: Part | None = None


def encode(frame: Frame) -> bytes:
    """The frame as it goes over the line; `FrameError` for a body that does not fit or a number that is none."""
    if len(frame.body) > MAX_BODY:
        raise FrameError(f"a body of {len(frame.body)} bytes does not fit into a frame of {MAX_BODY}")
    new = frame.edition == 2019
    digits = 20 if new else 12
    if not frame.phone.isdecimal() or len(frame.phone) > digits:
        raise FrameError(f"{frame.phone!r} is no number of a terminal")
    attributes = len(frame.body) | (_VERSION_2019 if new else 0) | (_IN_PARTS if frame.part else 0)
    content = struct.pack(">HH", frame.message, attributes) + (b"\x01" if new else b"")
    content += bytes.fromhex(frame.phone.zfill(digits)) + struct.pack(">H", frame.serial)
    if frame.part is not None:
        content += struct.pack(">HH", frame.part.total, frame.part.number)
    content += frame.body
    content += bytes([reduce(xor, content)])
    escaped = content.replace(b"\x7d", b"\x7d\x01").replace(b"\x7e", b"\x7d\x02")
    return bytes([MARK]) + escaped + bytes([MARK])


def decode(inside: bytes) -> Frame:
    """The frame from what stands between two marks; `FrameError` says what is wrong."""
    content = _unescaped(inside)
    if len(content) < 13:
        raise FrameError(f"{len(content)} bytes are too few for a header")
    if reduce(xor, content) != 0:
        raise FrameError("the check byte does not fit")
    message, attributes = struct.unpack_from(">HH", content)
    if attributes & _ENCRYPTION:
        raise FrameError("the body is encrypted, and no key was agreed")
    edition, at, digits = (2019, 5, 10) if attributes & _VERSION_2019 else (2013, 4, 6)
    end = at + digits + 2 + (4 if attributes & _IN_PARTS else 0)
    if len(content) != end + (attributes & _LENGTH) + 1:
        raise FrameError(f"a frame of {len(content)} bytes says that its body has {attributes & _LENGTH}")
    number = content[at : at + digits].hex()
    if not number.isdecimal():
        raise FrameError("the number of the terminal is not in decimal digits")
    (serial,) = struct.unpack_from(">H", content, at + digits)
    part = _part(content, at + digits + 2) if attributes & _IN_PARTS else None
    return Frame(message, number.lstrip("0") or "0", serial, bytes(content[end:-1]), edition, part)


class FrameReader:
    """Cuts a stream into frames; what is none is given back as the error that says why."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._skipping = True  # until the first mark

    def feed(self, data: bytes) -> Iterator[Frame | FrameError]:
        """What has become whole with `data`."""
        self._kept += data
        while (end := self._kept.find(MARK)) >= 0:
            inside = bytes(self._kept[:end])
            del self._kept[: end + 1]
            if self._skipping or not inside:  # noise before the first mark, or two marks side by side
                self._skipping = False
                continue
            try:
                yield decode(inside)
            except FrameError as error:
                yield error
        if len(self._kept) > MAX_FRAME:
            self._kept.clear()
            self._skipping = True
            yield FrameError(f"more than {MAX_FRAME} bytes without a mark")


def _part(content: bytes, at: int) -> Part:
    total, number = struct.unpack_from(">HH", content, at)
    if not 1 <= number <= total:
        raise FrameError(f"part {number} of {total}")
    return Part(number, total)


def _unescaped(inside: bytes) -> bytes:
    pieces = inside.split(bytes([_ESCAPE]))
    whole = bytearray(pieces[0])
    for piece in pieces[1:]:
        if not piece or piece[0] not in {1, 2}:
            raise FrameError("0x7D is not followed by 1 or 2")
        whole.append(_ESCAPE if piece[0] == 1 else MARK)
        whole += piece[1:]
    return bytes(whole)
