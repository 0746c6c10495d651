"""`yuhang bench frames`: hostile and random frames at each protocol's parser, from which nothing but a refusal may come.

A third is noise, a third are sound frames with a few bytes changed, cut or doubled, a third are changed and carry a right
checksum again, so that they get past it.
"""

import json
import random
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer
from rich.progress import Progress

from central.dispatch.controllers.errors import ControllerError, FrameError
from central.dispatch.controllers.gat1049 import message as xml
from central.dispatch.controllers.gat1049.message import Message, MessageType, Node
from central.dispatch.controllers.gat1049.stream import StreamDecoder as XmlStreamDecoder
from central.dispatch.controllers.gbt20999.frame import Frame, FrameType, ObjectId, Rules, Value, crc16, encode
from central.dispatch.controllers.gbt20999.stream import StreamDecoder, from_datagram, to_stream
from gateway.jt808.config import TruckConfig
from gateway.jt808.frames import Frame as TerminalFrame
from gateway.jt808.frames import FrameError as TerminalFrameError
from gateway.jt808.frames import FrameReader as TerminalReader
from gateway.jt808.frames import Part
from gateway.jt808.frames import encode as encode_terminal
from gateway.jt808.session import TerminalSession

_CHUNK = 2000
_NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)


class Protocol(StrEnum):
    """Whose parser is fed."""

    GBT20999 = "gbt20999"
    GAT1049 = "gat1049"
    JT808 = "jt808"


@dataclass(frozen=True, slots=True)
class Result:
    """`read` were taken as frames, `refused` with a reason; `crashes` are anything else, and `slowest_ms` is one frame's time."""

    protocol: str
    frames: int
    read: int
    refused: int
    crashes: int
    slowest_ms: float
    frames_per_s: float


def command(
    protocol: Annotated[Protocol, typer.Option(help="whose parser is fed")] = Protocol.GBT20999,
    frames: Annotated[int, typer.Option(min=1, help="how many frames")] = 1_000_000,
    seed: Annotated[int, typer.Option(help="the same seed makes the same frames")] = 1,
) -> None:
    """Hostile and random frames at a protocol's parser; exit code 1 if one gets more than a refusal."""
    result = run(protocol, frames, seed)
    typer.echo(json.dumps(asdict(result)))
    raise typer.Exit(1 if result.crashes else 0)


def run(protocol: Protocol, frames: int, seed: int = 1) -> Result:
    """Feed `frames` frames; deterministic but for the times."""
    chance = random.Random(seed)
    make, read = _PARSERS[protocol]
    taken = refused = crashes = 0
    slowest_s = 0.0
    began_s = time.perf_counter()
    with Progress(transient=True) as progress:
        task = progress.add_task(f"frames at {protocol}", total=frames)
        for number in range(frames):
            data = make(chance)
            at_s = time.perf_counter()
            try:
                read(data)
            except (ControllerError, TerminalFrameError):
                refused += 1
            except Exception as error:  # noqa: BLE001 - whatever else comes out is what is looked for
                crashes += 1
                typer.echo(f"{type(error).__name__}: {error} on {data.hex()}", err=True)
            else:
                taken += 1
            slowest_s = max(slowest_s, time.perf_counter() - at_s)
            if number % _CHUNK == 0:
                progress.update(task, completed=number)
    spent_s = time.perf_counter() - began_s
    return Result(protocol, frames, taken, refused, crashes, round(slowest_s * 1000, 2), round(frames / spent_s))


def _changed(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(changed)) if changed else 0
        match chance.randrange(4):
            case 0 if changed:
                changed[at] = chance.randrange(256)
            case 1 if changed:
                del changed[at]
            case 2:
                changed.insert(at, chance.choice((0x7E, 0x7D, 0x5C, 0x00, 0xFF)))
            case _:
                changed[at:at] = changed[at : at + chance.randint(1, 8)]
    return bytes(changed)


def _gbt20999_frame(chance: random.Random) -> bytes:
    kind = chance.randrange(3)
    if kind == 0:
        return chance.randbytes(chance.randrange(80))
    places = [ObjectId(*chance.randbytes(4)) for _ in range(chance.randrange(6))]
    values = tuple(Value(place, chance.randbytes(chance.randrange(9))) for place in places)
    frame = Frame(chance.choice(list(FrameType)), chance.randrange(256), values)
    if kind == 1:
        return _changed(to_stream(frame, Rules()), chance)
    body = _changed(encode(frame, Rules())[2:-2], chance)
    body = (len(body) + 4).to_bytes(2, "big") + body
    return b"\x7e" + body + crc16(body, Rules()).to_bytes(2, "big") + b"\x7d"


def _read_gbt20999(data: bytes) -> None:
    """As a datagram and as a stream."""
    decoder = StreamDecoder(Rules())
    whole = list(decoder.feed(data))
    try:
        from_datagram(data, Rules())
    except FrameError:
        if not whole:
            raise


def _gat1049_document(chance: random.Random) -> bytes:
    kind = chance.randrange(3)
    if kind == 0:
        return chance.randbytes(chance.randrange(80))
    values = {"CrossID": str(chance.randrange(10**14)), "ControlMode": chance.choice(("52", "21", "<&>", "\x07", "阶段"))}
    message = Message(
        chance.choice(list(MessageType)), "1", chance.choice(("Get", "Notify")), (Node.of("CrossModePlan", **values),)
    )
    document = xml.encode(message)
    if kind == 1:
        return _changed(document, chance)
    hostile = (
        b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
        b"<a>" * chance.randrange(40),
        b"<![CDATA[</Message>]]>",
        b"&b;",
        b"<b xmlns='c'/>",
    )
    at = document.index(b"<Operation") if chance.randrange(2) else 0
    return document[:at] + chance.choice(hostile) + document[at:]


def _read_gat1049(data: bytes) -> None:
    """As a document and as a stream."""
    list(XmlStreamDecoder().feed(data))
    message = xml.decode(data)
    for node in message.objects:
        node.number("ControlMode")


def _jt808_frame(chance: random.Random) -> bytes:
    kind = chance.randrange(3)
    if kind == 0:
        return chance.randbytes(chance.randrange(80))
    message = chance.choice((0x0001, 0x0002, 0x0003, 0x0100, 0x0102, 0x0200, 0x0704, chance.randrange(65536)))
    part = Part(chance.randint(1, 4), 4) if chance.randrange(8) == 0 else None
    body = chance.randbytes(chance.choice((0, 3, 16, 28, 40, 90)))
    if message == 0x0704:
        body = bytes([0, chance.randrange(4), 0, 0, 28]) + body
    frame = TerminalFrame(message, "13900001234", chance.randrange(65536), body, chance.choice((2013, 2019)), part)
    data = encode_terminal(frame)
    return _changed(data, chance) if kind == 1 else data


def _read_jt808(data: bytes) -> None:
    """As a stream, and by a conversation that has been let in."""
    code = "0123456789abcdef"
    phone = "13900001234"
    conversation = TerminalSession(
        {phone: TruckConfig(phone=phone, plate="浙A12345")}, lambda _phone: code, lambda _truck, _fixes: None
    )
    conversation.take(TerminalFrame(0x0102, phone, 0, code.encode()), _NOON)
    refused: TerminalFrameError | None = None
    for one in TerminalReader().feed(data):
        if isinstance(one, TerminalFrameError):
            refused = one
            continue
        for answer in conversation.take(one, _NOON).frames:
            encode_terminal(answer)
    if refused is not None:
        raise refused


_PARSERS: dict[Protocol, tuple[Callable[[random.Random], bytes], Callable[[bytes], None]]] = {
    Protocol.GBT20999: (_gbt20999_frame, _read_gbt20999),
    Protocol.GAT1049: (_gat1049_document, _read_gat1049),
    Protocol.JT808: (_jt808_frame, _read_jt808),
}
