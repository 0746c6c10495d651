"""Asks an NTP server for the time (RFC 5905, client mode: SNTP, section 14).

Small on purpose, and stricter than the libraries at hand: the question carries a random number instead of our time, so that an
answer that was not asked for is noticed, and an answer counts only if the server says that it is synchronised.
"""

import secrets
import socket
import struct
from datetime import UTC, datetime, timedelta

from edge.node.clock_check import ClockOffset, TimeUnknownError
from yuhang.clock import Clock

PORT = 123
_ASK = 0x23  # no leap second announced, version 4, mode 3 (client)
_SERVER, _UNSYNCHRONISED, _WORST_STRATUM = 4, 3, 15
# Leap, version and mode; stratum; poll; precision; root delay; root dispersion; reference; then four time stamps.
_PACKET = struct.Struct("!BBbbII4sQ8sQQ")
_EPOCH = datetime(1900, 1, 1, tzinfo=UTC)
_ERA = timedelta(seconds=2**32)


class NtpReference:
    """An NTP server as the time that the node is compared with."""

    questions = 3
    every_s = 64.0

    def __init__(self, host: str, port: int, timeout_s: float = 2.0) -> None:
        self.name = f"ntp:{host}"
        self._address = (host, port)
        self._timeout_s = timeout_s

    def ask(self, clock: Clock) -> ClockOffset:
        """One measurement; raises `TimeUnknownError`. Its error is half the way plus what the server says of its own."""
        nonce = secrets.token_bytes(8)
        question = bytes([_ASK]) + bytes(39) + nonce
        asked = clock.now()
        try:
            answer = self._exchange(question)
        except OSError as error:
            raise TimeUnknownError(f"{self.name}: {error.strerror or type(error).__name__}") from error
        return self._judge(answer, nonce, asked, clock.now())

    def _exchange(self, question: bytes) -> bytes:
        [(family, kind, protocol, _, address), *_] = socket.getaddrinfo(*self._address, type=socket.SOCK_DGRAM)
        with socket.socket(family, kind, protocol) as connection:
            connection.settimeout(self._timeout_s)
            connection.connect(address)
            connection.send(question)
            return connection.recv(1024)

    def _judge(self, answer: bytes, nonce: bytes, asked: datetime, answered: datetime) -> ClockOffset:
        if len(answer) < _PACKET.size:
            raise TimeUnknownError(f"{self.name}: the answer has {len(answer)} bytes")
        first, stratum, _, _, root_delay, root_dispersion, _, _, origin, received, sent = _PACKET.unpack_from(answer)
        if first & 0x07 != _SERVER or origin != nonce:
            raise TimeUnknownError(f"{self.name}: this was not the answer to our question")
        if first >> 6 == _UNSYNCHRONISED or not 1 <= stratum <= _WORST_STRATUM or not sent:
            raise TimeUnknownError(f"{self.name}: the server itself does not know the time")
        there, back = _time(received, asked), _time(sent, asked)
        offset = ((asked - there) + (answered - back)) / 2
        way = max((answered - asked) - (back - there), timedelta())
        error_s = way.total_seconds() / 2 + _seconds(root_delay) / 2 + _seconds(root_dispersion)
        return ClockOffset(offset.total_seconds(), error_s, answered, self.name)


def _time(stamp: int, near: datetime) -> datetime:
    """A time stamp (seconds since 1900 with 32 bits of fraction) in the era that lies nearest."""
    moment = _EPOCH + timedelta(seconds=stamp / 2**32)
    return moment + round((near - moment) / _ERA) * _ERA


def _seconds(short: int) -> float:
    return short / 2**16
