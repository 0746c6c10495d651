"""A publisher that costs next to nothing: packets of MQTT 3.1.1 encoded here and written in blocks.

It plays many nodes over one connection. At most `window` events are under way without the receiver's word that they have arrived:
an application acknowledgement from central (`Ack` with ids), or a plain number from the bare subscriber.
"""

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.events import EncodedEvent, encoded_events
from benchmarks.servers import BROKER_PASSWORD, BROKER_USER
from yuhang.evidence.keys import NodeKey
from yuhang.topics import ROOT, NodeTopics

NODES = 8
SITE = "bench"
_BLOCK = 40  # packets written at once; two blocks may be without the broker's PUBACK
_STALLED_S = 60.0
_KEEPALIVE_S = 600  # never idle for that long; rumqttd takes 0 for "at once"


@dataclass(frozen=True, slots=True)
class PublisherPlan:
    """What to send. `acknowledged` says what comes back: ids, or the number of messages received so far."""

    port: int
    events: int
    window: int
    acknowledged: bool


@dataclass(frozen=True, slots=True)
class PublisherReport:
    """Real seconds from the first byte sent until the last event was confirmed; ids that never were."""

    seconds: float
    unconfirmed: int


def publish(plan: PublisherPlan, key: Path, pipe: Connection) -> None:
    """Process: encode the first events, say `ready`, wait for the go, send everything, report."""
    client = _RawClient(plan.port)
    client.subscribe(f"{ROOT}/{SITE}/+/ack")
    confirmations = _Confirmations(acknowledged=plan.acknowledged)
    threading.Thread(target=client.read_forever, args=(confirmations.take,), daemon=True).start()
    events = _interleaved(plan.events, NodeKey.open(key))
    blocks = iter(lambda: list(islice(events, _BLOCK)), [])
    block = next(blocks, [])
    pipe.send("ready")
    pipe.recv()
    started = time.perf_counter()
    sent = 0
    while block:
        client.send(block, first_number=1 + sent % (2 * _BLOCK))
        confirmations.expect(block)
        sent += len(block)
        block = next(blocks, [])
        client.wait_for_pubacks(sent - _BLOCK)
        confirmations.wait(below=plan.window)
    confirmations.wait(below=1)
    pipe.send(PublisherReport(time.perf_counter() - started, confirmations.open))


def nodes() -> list[NodeTopics]:
    """The nodes that the publisher plays."""
    return [NodeTopics(SITE, f"node-{number}") for number in range(NODES)]


def _interleaved(count: int, key: NodeKey) -> Iterator[EncodedEvent]:
    streams = [encoded_events(topics, -(-count // NODES), key) for topics in nodes()]
    return islice((event for row in zip(*streams, strict=True) for event in row), count)


class _Confirmations:
    """Which events are still under way."""

    def __init__(self, *, acknowledged: bool) -> None:
        self._acknowledged = acknowledged
        self._ids: set[str] = set()
        self._early: set[str] = set()
        self._sent = 0
        self._received = 0
        self._changed = threading.Condition()

    @property
    def open(self) -> int:
        """Events without a confirmation."""
        return len(self._ids) if self._acknowledged else self._sent - self._received

    def expect(self, block: list[EncodedEvent]) -> None:
        with self._changed:
            self._sent += len(block)
            ids = {event.id for event in block}
            self._ids |= ids - self._early
            self._early -= ids

    def take(self, payload: bytes) -> None:
        """A confirmation from the receiver."""
        with self._changed:
            if self._acknowledged:
                ids = set(json.loads(payload)["ids"])
                self._early |= ids - self._ids
                self._ids -= ids
            else:
                self._received = int(payload)
            self._changed.notify()

    def wait(self, below: int) -> None:
        """Wait until fewer than `below` events are open, or for so long that something is wrong."""
        with self._changed:
            self._changed.wait_for(lambda: self.open < below, timeout=_STALLED_S)


class _RawClient:
    """Just enough of MQTT 3.1.1 to publish with QoS 1 and to read one subscription."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._stream = self._socket.makefile("rb", buffering=1 << 16)
        self._pubacks = 0
        self._changed = threading.Condition()
        flags = 0b11000010  # user name, password, clean session
        head = _text("MQTT") + bytes((4, flags)) + struct.pack("!H", _KEEPALIVE_S)
        self._socket.sendall(_packet(0x10, head + _text("bench-publisher") + _text(BROKER_USER) + _text(BROKER_PASSWORD)))
        self._read_packet()

    def subscribe(self, topic_filter: str) -> None:
        self._socket.sendall(_packet(0x82, struct.pack("!H", 1) + _text(topic_filter) + b"\x00"))
        self._read_packet()

    def send(self, block: list[EncodedEvent], first_number: int) -> None:
        """Publish a block, QoS 1, as packets number `first_number` and following."""
        packets = (
            _packet(0x32, _text(event.topic) + struct.pack("!H", number) + event.payload)
            for number, event in enumerate(block, start=first_number)
        )
        self._socket.sendall(b"".join(packets))

    def wait_for_pubacks(self, count: int) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._pubacks >= count, timeout=_STALLED_S)

    def read_forever(self, take: Callable[[bytes], None]) -> None:
        """Read until the connection ends: PUBACKs are counted, messages (QoS 0) are handed on."""
        while packet := self._read_packet():
            kind, body = packet
            if kind & 0xF0 == 0x40:
                with self._changed:
                    self._pubacks += 1
                    self._changed.notify()
            elif kind & 0xF0 == 0x30:
                take(body[2 + struct.unpack("!H", body[:2])[0] :])

    def _read_packet(self) -> tuple[int, bytes] | None:
        first = self._stream.read(1)
        if not first:
            return None
        length = shift = 0
        while True:
            byte = self._stream.read(1)[0]
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return first[0], self._stream.read(length)


def _text(value: str) -> bytes:
    encoded = value.encode()
    return struct.pack("!H", len(encoded)) + encoded


def _packet(kind: int, body: bytes) -> bytes:
    length, head = len(body), bytearray((kind,))
    while True:
        length, digit = divmod(length, 128)
        head.append(digit | (0x80 if length else 0))
        if not length:
            return bytes(head) + body
