"""A line that delays, loses, repeats and falls silent, between a device and whoever talks to it.

It is a `Device` itself, so it stands before any protocol, behind real sockets or in simulated time. Nothing passes it at once:
answers come back from `advance`. On a stream nothing can be lost or repeated; what is lost there arrives later, as TCP sends it
again, and the order stays.
"""

import heapq
import itertools
import random
from dataclasses import dataclass

from simulators.signals.device import Device, Outgoing
from simulators.signals.kernel.lamps import ticks

RESEND_S = 1.0
"""What a lost piece of a stream costs."""


@dataclass(slots=True)
class LineFaults:
    """What the line does to each message, in either direction; may be changed while it runs."""

    delay_s: float = 0.0
    loss: float = 0.0
    duplicates: float = 0.0
    is_silent: bool = False
    """Nothing passes: the cable is out."""


@dataclass(frozen=True, slots=True, order=True)
class OnTheWay:
    """A message under way: when it arrives, and whether it goes to the device."""

    arrives: int
    number: int
    is_inbound: bool
    peer: str
    data: bytes


class FaultyLine:
    """A device seen through a bad line."""

    def __init__(self, device: Device, faults: LineFaults, dice: random.Random, *, is_stream: bool = False) -> None:
        self.faults = faults
        self._device, self._dice, self._is_stream = device, dice, is_stream
        self._under_way: list[OnTheWay] = []
        self._numbers = itertools.count()
        self._now = 0
        self._last_arrival = {True: 0, False: 0}

    def receive(self, peer: str, data: bytes) -> list[bytes]:
        """Take the bytes; the answer comes, if it comes, out of `advance`."""
        self._put(peer, data, is_inbound=True)
        return []

    def advance(self, ticks: int) -> list[Outgoing]:
        """Let time pass on the line and in the device; what arrives from the device."""
        arrived = []
        for _ in range(ticks):
            self._now += 1
            for message in self._due(is_inbound=True):
                for answer in self._device.receive(message.peer, message.data):
                    self._put(message.peer, answer, is_inbound=False)
            for outgoing in self._device.advance(1):
                self._put(outgoing.peer, outgoing.data, is_inbound=False)
            arrived += [Outgoing(message.peer, message.data) for message in self._due(is_inbound=False)]
        return arrived

    def disconnected(self, peer: str) -> None:
        self._under_way = [message for message in self._under_way if message.peer != peer]
        heapq.heapify(self._under_way)
        self._device.disconnected(peer)

    def _put(self, peer: str, data: bytes, *, is_inbound: bool) -> None:
        if self.faults.is_silent:
            return
        is_lost = self._dice.random() < self.faults.loss
        is_doubled = self._dice.random() < self.faults.duplicates
        arrives = self._now + ticks(self.faults.delay_s)
        if self._is_stream:
            arrives = max(arrives + (ticks(RESEND_S) if is_lost else 0), self._last_arrival[is_inbound])
            self._last_arrival[is_inbound] = arrives
            copies = 1
        else:
            copies = 0 if is_lost else 1 + is_doubled
        for _ in range(copies):
            heapq.heappush(self._under_way, OnTheWay(arrives, next(self._numbers), is_inbound, peer, data))

    def _due(self, *, is_inbound: bool) -> list[OnTheWay]:
        due = sorted(message for message in self._under_way if message.arrives <= self._now and message.is_inbound is is_inbound)
        if due:
            self._under_way = [message for message in self._under_way if message not in due]
            heapq.heapify(self._under_way)
        return due
