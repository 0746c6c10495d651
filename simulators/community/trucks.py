"""A truck's terminal of JT/T 808, written from the standard's tables and not from the gateway's code."""

import socket
import struct
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

_BEIJING = timezone(timedelta(hours=8))


@dataclass(slots=True)
class Terminal:
    """One terminal over one connection; `edition` 2013 or 2019."""

    phone: str
    plate: str
    edition: int = 2013
    code: str = ""
    _serial: int = 0
    _socket: socket.socket | None = None
    _kept: bytes = b""
    answers: list[tuple[int, bytes]] = field(default_factory=list)  # message number and body

    def connect(self, port: int, host: str = "127.0.0.1") -> None:
        """Open the connection."""
        self._socket = socket.create_connection((host, port), timeout=10)
        self._kept = b""

    def close(self) -> None:
        """Close it without a word, as a tunnel does."""
        if self._socket is not None:
            self._socket.close()
        self._socket = None

    def register(self) -> int:
        """Register; the result of the platform. The code it gives is kept."""
        sizes = (11, 30, 30) if self.edition == 2019 else (5, 20, 7)
        body = struct.pack(">HH", 33, 110) + b"".join(b"SIM".ljust(size, b"\0") for size in sizes)
        _message, answer = self.ask(0x0100, body + b"\x02" + self.plate.encode("gbk"))
        self.code = answer[3:].decode("gbk")
        return answer[2]

    def authenticate(self, code: str | None = None) -> int:
        """Authenticate with the code of the registration, or another; the result."""
        word = (self.code if code is None else code).encode("gbk")
        body = bytes([len(word)]) + word + bytes(35) if self.edition == 2019 else word
        return self.ask(0x0102, body)[1][4]

    def tell(self, at: datetime, latitude: float, longitude: float, *, located: bool = True, extras: bytes = b"") -> int:
        """Tell a position; the result."""
        return self.ask(0x0200, self.position(at, latitude, longitude, located=located, extras=extras))[1][4]

    def tell_many(self, positions: list[bytes]) -> int:
        """Tell positions that waited in a tunnel."""
        items = b"".join(struct.pack(">H", len(one)) + one for one in positions)
        return self.ask(0x0704, struct.pack(">HB", len(positions), 1) + items)[1][4]

    def position(self, at: datetime, latitude: float, longitude: float, *, located: bool = True, extras: bytes = b"") -> bytes:
        """The body of a position."""
        status = 0x01 | (0x02 if located else 0) | (0x04 if latitude < 0 else 0) | (0x08 if longitude < 0 else 0)
        time = bytes.fromhex(at.astimezone(_BEIJING).strftime("%y%m%d%H%M%S"))
        numbers = (0, status, round(abs(latitude) * 1e6), round(abs(longitude) * 1e6), 12, 305, 90)
        return struct.pack(">IIIIHHH", *numbers) + time + extras

    def ask(self, message: int, body: bytes) -> tuple[int, bytes]:
        """Send a message, in parts where it is long, and return the answer to the last of them."""
        pieces = [body[at : at + 900] for at in range(0, len(body), 900)] or [b""]
        for number, piece in enumerate(pieces, 1):
            self.send(self.frame(message, piece, (len(pieces), number) if len(pieces) > 1 else None))
            self.answers.append(self.receive())
        return self.answers[-1]

    def frame(self, message: int, body: bytes, part: tuple[int, int] | None = None) -> bytes:
        """One frame with the next serial number."""
        new = self.edition == 2019
        flags = len(body) + (0x4000 if new else 0) + (0x2000 if part else 0)
        head = struct.pack(">HH", message, flags) + (b"\x01" if new else b"")
        head += bytes.fromhex(self.phone.rjust(20 if new else 12, "0")) + struct.pack(">H", self._serial)
        self._serial = (self._serial + 1) % 65536
        whole = head + (struct.pack(">HH", *part) if part else b"") + body
        check = 0
        for byte in whole:
            check ^= byte
        escaped = bytearray()
        for byte in whole + bytes([check]):
            escaped += {0x7E: b"\x7d\x02", 0x7D: b"\x7d\x01"}.get(byte, bytes([byte]))
        return b"~" + bytes(escaped) + b"~"

    def send(self, data: bytes) -> None:
        """Bytes as they are."""
        if self._socket is None:
            raise ConnectionError("not connected")
        self._socket.sendall(data)

    def receive(self) -> tuple[int, bytes]:
        """The next frame of the platform; `ConnectionError` when it has closed the connection."""
        if self._socket is None:
            raise ConnectionError("not connected")
        while self._kept.count(b"~") < 2:
            data = self._socket.recv(4096)
            if not data:
                raise ConnectionError("the platform has closed the connection")
            self._kept += data
        _before, inside, self._kept = self._kept.split(b"~", 2)
        plain = inside.replace(b"\x7d\x02", b"~").replace(b"\x7d\x01", b"\x7d")
        start = 17 if self.edition == 2019 else 12
        return int.from_bytes(plain[:2], "big"), plain[start:-1]
