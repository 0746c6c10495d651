"""Paho with buffers behind its socket.

Paho reads a packet byte by byte from the socket and writes every acknowledgement by itself: five system calls a message, each of
which also lets another Python thread take over for milliseconds. With buffers, receiving costs half the processor time
(`docs/decisions/0005-ingest.md`). Only what paho itself foresees is used: a socket with `pending()`, as TLS sockets are, and
its public loop functions, which handle several packets in one turn.
"""

import contextlib
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import MQTTErrorCode

_BUFFER_BYTES = 64 * 1024
_PACKETS_A_TURN = 25  # well under the brokers' windows of unacknowledged packets, or they would wait for us


class BufferedSocket:
    """A connected socket that is read and written in large pieces, whatever the size of those that are asked for."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._buffer = b""
        self._position = 0
        self._unsent = bytearray()

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
        """Take all of `data`, to be sent by `flush`; `BlockingIOError` while the buffer is full and the connection too."""
        if self._unsent and len(self._unsent) + len(data) > _BUFFER_BYTES:
            self.flush()
        self._unsent += data
        return len(data)

    def flush(self) -> None:
        """Send what `send` has taken; `BlockingIOError` if the connection does not take all of it now."""
        while self._unsent:
            del self._unsent[: self._inner.send(self._unsent)]

    def unsent(self) -> int:
        """Bytes that still wait for `flush`."""
        return len(self._unsent)

    def close(self) -> None:
        """Send what can still be sent, a goodbye to the broker above all, and close."""
        with contextlib.suppress(OSError):
            self.flush()
        self._unsent.clear()
        self._inner.close()

    def fileno(self) -> int:
        return int(self._inner.fileno())

    def setblocking(self, flag: bool) -> None:
        self._inner.setblocking(flag)


class BufferedClient(paho.Client):
    """A paho client that reads and writes through a `BufferedSocket`."""

    _buffered: BufferedSocket | None = None

    def _create_socket(self) -> BufferedSocket:
        self._buffered = BufferedSocket(super()._create_socket())
        return self._buffered

    def loop_read(self, max_packets: int = 1) -> MQTTErrorCode:
        """Handle the packets that have arrived, as many as are good in one turn."""
        result = super().loop_read(max_packets)
        for _ in range(_PACKETS_A_TURN - 1):
            if result != MQTTErrorCode.MQTT_ERR_SUCCESS or self._buffered is None or not self._buffered.pending():
                break
            result = super().loop_read(max_packets)
        return result

    def loop_write(self) -> MQTTErrorCode:
        """Write the packets that wait, together."""
        result = super().loop_write()
        if self._buffered is not None:
            with contextlib.suppress(OSError):  # full: when there is room again; broken: the reading side finds out and tells
                self._buffered.flush()
        return result

    def want_write(self) -> bool:
        """Whether something waits for the connection to take it."""
        return super().want_write() or (self._buffered is not None and self._buffered.unsent() > 0)
