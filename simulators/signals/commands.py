"""`yuhang sim signal`: a simulated controller on a port, for whoever wants to try an adapter against it."""

import asyncio
import random
import signal
from contextlib import AbstractAsyncContextManager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from simulators.signals.device import Device
from simulators.signals.gat1049.platform import Gat1049Platform
from simulators.signals.gbt20999.device import Gbt20999Controller
from simulators.signals.gbt20999.frames import FrameRules
from simulators.signals.junction import load_junction
from simulators.signals.kernel.controller import Controller
from simulators.signals.line import FaultyLine, LineFaults
from simulators.signals.ntcip.agent import NtcipController, SnmpAccess
from simulators.signals.server import served_tcp, served_udp
from yuhang.clock import SystemClock

CROSSROADS = Path(__file__).with_name("junctions") / "crossroads.yaml"


class Protocol(StrEnum):
    """What the controller speaks."""

    NTCIP = "ntcip"
    GBT20999 = "gbt20999"
    GAT1049 = "gat1049"


class LengthCounts(StrEnum):
    """What the length of a GB/T 20999 frame counts."""

    ALL = "all"
    WITHOUT_CRC = "without_crc"
    BODY = "body"


def signal_command(
    *,
    protocol: Annotated[Protocol, typer.Option(help="what it speaks")],
    junction: Annotated[Path, typer.Option(help="junction file", exists=True, dir_okay=False)] = CROSSROADS,
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="port; 0: any free one", min=0, max=65535)] = 0,
    udp: Annotated[bool, typer.Option("--udp", help="GB/T 20999 in datagrams instead of a stream")] = False,
    length_counts: Annotated[LengthCounts, typer.Option(help="GB/T 20999: what the length counts")] = LengthCounts.ALL,
    lamp_attribute: Annotated[int, typer.Option(help="GB/T 20999: attribute of 3.3 that shows the lamps", min=1, max=2)] = 1,
    user: Annotated[str | None, typer.Option(help="NTCIP: user of SNMP version 3")] = None,
    auth_key: Annotated[str | None, typer.Option(help="NTCIP: his authentication key (SHA)")] = None,
    privacy_key: Annotated[str | None, typer.Option(help="NTCIP: his privacy key (AES-128)")] = None,
    delay: Annotated[float, typer.Option(help="seconds a message takes, each way", min=0, max=60)] = 0.0,
    loss: Annotated[float, typer.Option(help="share of messages lost, each way", min=0, max=1)] = 0.0,
    speed: Annotated[float, typer.Option(help="seconds of the junction in one real second", min=0.1, max=100)] = 1.0,
) -> None:
    """Run a simulated signal controller until Ctrl-C; it prints its address first."""
    controller = Controller(load_junction(junction), SystemClock().now())
    is_stream = protocol is Protocol.GAT1049 or (protocol is Protocol.GBT20999 and not udp)
    rules = FrameRules(length_counts=length_counts.value, escaped=not udp)
    device: Device
    match protocol:
        case Protocol.NTCIP:
            device = NtcipController(controller, SnmpAccess(user=user, auth_key=auth_key, privacy_key=privacy_key))
        case Protocol.GBT20999:
            device = Gbt20999Controller(controller, rules, lamp_attribute=lamp_attribute)
        case Protocol.GAT1049:
            device = Gat1049Platform([controller])
    if delay or loss:
        device = FaultyLine(device, LineFaults(delay_s=delay, loss=loss), random.Random(), is_stream=is_stream)
    serve = served_tcp if is_stream else served_udp
    asyncio.run(_run(serve(device, host, port, speed), "tcp" if is_stream else "udp", host))


async def _run(serving: AbstractAsyncContextManager[int], transport: str, host: str) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with serving as port:
        typer.echo(f"{transport}://{host}:{port}")
        await stop.wait()
