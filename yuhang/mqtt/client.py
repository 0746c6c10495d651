"""Paho with a buffer behind its socket.

Paho reads a packet byte by byte from the socket: four system calls a message, each of which also lets another Python thread take
over for milliseconds. Read from a buffer instead, receiving costs half the processor time (`docs/decisions/0005-ingest.md`).
Only what paho itself foresees is used: a socket with `pending()`, as TLS sockets are, and several packets read in one turn.
"""

from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import MQTTErrorCode

_BUFFER_BYTES = 64 * 1024
_PACKETS_A_TURN = 25  # well under the brokers' windows of unacknowledged packets, or they would wait for us


class BufferedSocket:
    """A connected socket that is read in large pieces and hands out small ones."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._buffer = b""
        self._position = 0

    def recv(self, size: int) -> bytes:
        """At most `size` bytes; the empty string at the end of the connection, `BlockingIOError` if nothing has arrived."""
        if self._position == len(self._buffer):
            self._buffer, self._position = self._inner.recv(_BUFFER_BYTES), 0
        piece: bytes = self._buffer[self._position : self._position + size]
        self._position += len(piece)
        return piece

    def pending(self) -> int:
        """Bytes that can be read although `select` may not say so: here, and in a TLS socket below."""
        below = self._inner.pending() if hasattr(self._inner, "pending") else 0
        return len(self._buffer) - self._position + int(below)

    def send(self, data: bytes | bytearray) -> int:
        return int(self._inner.send(data))

    def close(self) -> None:
        self._inner.close()

    def fileno(self) -> int:
        return int(self._inner.fileno())

    def setblocking(self, flag: bool) -> None:
        self._inner.setblocking(flag)


class BufferedClient(paho.Client):
    """A paho client that reads through a `BufferedSocket`."""

    def _create_socket(self) -> BufferedSocket:
        self._buffered = BufferedSocket(super()._create_socket())
        return self._buffered

    def loop_read(self, max_packets: int = 1) -> MQTTErrorCode:
        """Handle the packets that have arrived, as many as are good in one turn."""
        result = super().loop_read(max_packets)
        for _ in range(_PACKETS_A_TURN - 1):
            if result != MQTTErrorCode.MQTT_ERR_SUCCESS or not self._buffered.pending():
                break
            result = super().loop_read(max_packets)
        return result
