"""What every simulated device is to the outside: bytes in, bytes out, and no sockets.

So the same device stands behind real sockets (`server.py`) and in simulated time behind a lossy line (`line.py`).
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Bytes that a device sends without being asked, and to whom."""

    peer: str
    data: bytes


class Device(Protocol):
    """A controller, or a platform of several, behind one protocol. Peers are told apart by any text that is theirs alone."""

    def receive(self, peer: str, data: bytes) -> list[bytes]:
        """Bytes came from a peer (one datagram, or what a stream gave): the answers, each as it goes on the wire."""

    def advance(self, ticks: int) -> list[Outgoing]:
        """Let tenths of a second pass: what the device sends by itself."""

    def disconnected(self, peer: str) -> None:
        """The peer's stream has ended; datagram devices are never told."""
