"""Bytes to a controller and back, over TCP or UDP; what they mean is the protocol's own matter."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol, cast

from central.dispatch.controllers.errors import ControllerAway


class Pipe(Protocol):
    """An open way to one controller."""

    @property
    def open(self) -> bool:
        """Whether it still is."""

    def send(self, data: bytes) -> None:
        """Hand bytes over; what becomes of them is not known here."""

    def close(self) -> None:
        """End it."""


class Receiver(Protocol):
    """Who gets what comes in."""

    def received(self, data: bytes) -> None:
        """Bytes of a stream as they come, or one datagram."""

    def lost(self) -> None:
        """The way is cut."""


OpenPipe = Callable[[Receiver], Awaitable[Pipe]]


def tcp(host: str, port: int) -> OpenPipe:
    """Open a TCP connection each time it is asked; `ControllerAway` where nobody listens."""

    async def connect(receiver: Receiver) -> Pipe:
        loop = asyncio.get_running_loop()
        try:
            _, pipe = await loop.create_connection(lambda: _TcpPipe(receiver), host, port)
        except OSError as error:
            raise ControllerAway(f"{host}:{port}: {error.strerror or error}") from error
        return pipe

    return connect


def udp(host: str, port: int) -> OpenPipe:
    """Send datagrams to one address and take those that come from it."""

    async def connect(receiver: Receiver) -> Pipe:
        loop = asyncio.get_running_loop()
        try:
            _, pipe = await loop.create_datagram_endpoint(lambda: _UdpPipe(receiver), remote_addr=(host, port))
        except OSError as error:
            raise ControllerAway(f"{host}:{port}: {error.strerror or error}") from error
        return pipe

    return connect


class _TcpPipe(asyncio.Protocol):
    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._transport: asyncio.Transport | None = None

    @property
    def open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._receiver.received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._receiver.lost()

    def send(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


class _UdpPipe(asyncio.DatagramProtocol):
    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._transport: asyncio.DatagramTransport | None = None

    @property
    def open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)  # asyncio's own is none by its class

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        self._receiver.received(data)

    def send(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.sendto(data)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()
