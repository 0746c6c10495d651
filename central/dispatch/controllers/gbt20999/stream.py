"""Frames in a byte stream (TCP, RS-232) and in datagrams (UDP).

In a stream 0x5C stands before each 0x7E, 0x7D and 0x5C inside a frame; a datagram is one frame and has no escapes. The checksum
is counted without escapes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from central.dispatch.controllers.errors import FrameError
from central.dispatch.controllers.gbt20999.frame import END, START, Frame, Rules, decode, encode

ESCAPE = 0x5C
LONGEST = 0xFFFF + 4
_SPECIAL = (START, END, ESCAPE)


def to_stream(frame: Frame, rules: Rules) -> bytes:
    """The frame with start, end and escapes."""
    inside = bytearray()
    for byte in encode(frame, rules):
        if byte in _SPECIAL:
            inside.append(ESCAPE)
        inside.append(byte)
    return bytes((START, *inside, END))


def to_datagram(frame: Frame, rules: Rules) -> bytes:
    """The frame with start and end, and no escapes."""
    return bytes((START, *encode(frame, rules), END))


def from_datagram(data: bytes, rules: Rules) -> Frame:
    """The frame of one datagram; `FrameError` where it is none."""
    if len(data) < 2 or data[0] != START or data[-1] != END:
        raise FrameError("a datagram starts with 0x7E and ends with 0x7D")
    return decode(data[1:-1], rules)


@dataclass(slots=True)
class StreamDecoder:
    """Puts a stream's pieces together. What is no frame is counted and skipped up to the next start byte."""

    rules: Rules
    skipped: int = 0
    """Bytes outside of frames."""
    broken: int = 0
    """Frames that were begun and could not be read."""
    last_error: str = ""
    _inside: bytearray | None = None
    _escaped: bool = False
    _ready: list[Frame] = field(default_factory=list)

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Take in the next piece; the frames that it completes come out."""
        for byte in data:
            self._take(byte)
        ready, self._ready = self._ready, []
        yield from ready

    def _take(self, byte: int) -> None:
        if self._escaped and self._inside is not None:
            self._escaped = False
            if byte in _SPECIAL:
                self._inside.append(byte)
            else:
                self._give_up(f"0x5C before {byte:#04x}, which needs none")
        elif byte == START:
            if self._inside is not None:
                self._give_up("a new frame begins inside this one")
            self._inside = bytearray()
        elif self._inside is None:
            self.skipped += 1
        elif byte == ESCAPE:
            self._escaped = True
        elif byte == END:
            self._complete(bytes(self._inside))
        else:
            self._inside.append(byte)
            if len(self._inside) > LONGEST:
                self._give_up(f"longer than {LONGEST} bytes")

    def _complete(self, body: bytes) -> None:
        self._inside = None
        try:
            self._ready.append(decode(body, self.rules))
        except FrameError as error:
            self._give_up(str(error))

    def _give_up(self, reason: str) -> None:
        self._inside, self._escaped = None, False
        self.broken += 1
        self.last_error = reason
