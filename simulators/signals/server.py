"""Real sockets before a device: datagrams or streams on a port, and time that passes with the machine's."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from simulators.signals.device import Device, Outgoing

STEP_S = 0.1
READ_SIZE = 65_536


class DatagramServer(asyncio.DatagramProtocol):
    """One UDP port; a peer is its address."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # asyncio gives a datagram transport here

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        for answer in self._device.receive(peer_name(addr), data):
            self._send(answer, addr)

    def push(self, outgoing: Outgoing) -> None:
        """Send what the device says by itself."""
        host, _, port = outgoing.peer.rpartition(":")
        self._send(outgoing.data, (host, int(port)))

    def _send(self, data: bytes, addr: tuple[str, int]) -> None:
        if self._transport is not None:
            self._transport.sendto(data, addr)


@dataclass(slots=True)
class StreamServer:
    """One TCP port; a peer is one connection."""

    device: Device
    _open: dict[str, asyncio.StreamWriter] = field(default_factory=dict)
    _talks: set[asyncio.Task[None]] = field(default_factory=set)

    def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A client has come: talk with it beside the others."""
        talk = asyncio.create_task(self.serve(reader, writer))
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk with one client until it hangs up."""
        peer = peer_name(writer.get_extra_info("peername"))
        self._open[peer] = writer
        with suppress(ConnectionError):
            while data := await reader.read(READ_SIZE):
                for answer in self.device.receive(peer, data):
                    writer.write(answer)
                await writer.drain()
        self._open.pop(peer, None)
        self.device.disconnected(peer)
        writer.close()

    def push(self, outgoing: Outgoing) -> None:
        """Send what the device says by itself; to one who has gone, nothing."""
        if writer := self._open.get(outgoing.peer):
            writer.write(outgoing.data)

    async def hang_up(self) -> None:
        """Close all connections and wait until their talks have ended."""
        for writer in tuple(self._open.values()):
            writer.close()
        await asyncio.gather(*self._talks, return_exceptions=True)


def peer_name(address: tuple[str, int]) -> str:
    """A peer's address as the text by which devices know it."""
    return f"{address[0]}:{address[1]}"


async def run_clock(device: Device, push: Callable[[Outgoing], None], speed: float = 1.0) -> None:
    """Advance the device with the machine's clock, `speed` times as fast, until cancelled."""
    loop = asyncio.get_running_loop()
    began, done = loop.time(), 0
    while True:
        await asyncio.sleep(STEP_S / max(1.0, speed))
        due = int((loop.time() - began) * speed / STEP_S)
        for outgoing in device.advance(due - done):
            push(outgoing)
        done = due


@asynccontextmanager
async def served_udp(device: Device, host: str = "127.0.0.1", port: int = 0, speed: float = 1.0) -> AsyncIterator[int]:
    """The device on a UDP port, its clock running; gives the port."""
    loop = asyncio.get_running_loop()
    transport, server = await loop.create_datagram_endpoint(lambda: DatagramServer(device), local_addr=(host, port))
    clock = asyncio.create_task(run_clock(device, server.push, speed))
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        await _stop(clock)
        transport.close()


@asynccontextmanager
async def served_tcp(device: Device, host: str = "127.0.0.1", port: int = 0, speed: float = 1.0) -> AsyncIterator[int]:
    """The device on a TCP port, its clock running; gives the port."""
    streams = StreamServer(device)
    server = await asyncio.start_server(streams.connected, host, port)
    clock = asyncio.create_task(run_clock(device, streams.push, speed))
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        await _stop(clock)
        server.close()
        await streams.hang_up()


async def _stop(clock: asyncio.Task[None]) -> None:
    clock.cancel()
    with suppress(asyncio.CancelledError):
        await clock
