"""The sockets' desk: one thread takes every reading, decides, switches off, and writes down what it did."""

import queue
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import structlog

from gateway.connectors.protocol import Connector
from gateway.readings import Quantity, Reading
from gateway.sockets.config import SocketConfig
from gateway.sockets.cutting import Confirmed, Cutter, Stuck
from gateway.sockets.diary import SocketDiary
from gateway.sockets.rules import Danger, SocketGuard
from yuhang.clock import Clock

log = structlog.get_logger(__name__)

_STEP_S = 0.1  # how long a wait for readings may keep the repeated commands
_TICK_EVERY_S = 1.0
_WAITING = 100_000  # readings; more than an hour of two thousand devices would mean that this thread is dead


class Reporter(Protocol):
    """Who is shown every reading of a socket."""

    def saw(self, socket: str, reading: Reading) -> None: ...


@dataclass(slots=True)
class DeskCounters:
    """What the desk has done since the start."""

    readings: int = 0
    lost: int = 0
    cuts: int = 0
    confirmed: int = 0
    stuck: int = 0


class SocketDesk:
    """Guards all sockets of a gateway; needs no uplink."""

    def __init__(
        self, sockets: tuple[SocketConfig, ...], connector: Connector, diary: SocketDiary, clock: Clock, reporter: Reporter
    ) -> None:
        self.counters = DeskCounters()
        self._configs = {one.socket: one for one in sockets}
        self._socket_of: Mapping[str, str] = {one.device: one.socket for one in sockets}
        self._guards = {one.socket: SocketGuard(one.limits) for one in sockets}
        self._cutter = Cutter(lambda socket: connector.switch(self._configs[socket].device, on=False))
        self._diary = diary
        self._clock = clock
        self._reporter = reporter
        self._queue: queue.Queue[Reading] = queue.Queue(_WAITING)
        self._ticked = clock.now()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def receive(self, reading: Reading) -> None:
        """A reading of any device; on any thread."""
        try:
            self._queue.put_nowait(reading)
        except queue.Full:
            self.counters.lost += 1

    def start(self) -> None:
        """Begin to watch."""
        self._thread = threading.Thread(target=self._run, name="sockets", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the watching; sockets stay as they are."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.step(_STEP_S)

    def step(self, wait_s: float) -> None:
        """Take the readings that have come, or wait `wait_s` real seconds for one, then do what is due."""
        try:
            self._take(self._queue.get(timeout=wait_s))
            while True:
                self._take(self._queue.get_nowait())
        except queue.Empty:
            pass
        now = self._clock.now()
        for stuck in self._cutter.step(now):
            self._tell_stuck(stuck)
        if not 0 <= (now - self._ticked).total_seconds() < _TICK_EVERY_S:
            self._ticked = now
            for socket, guard in self._guards.items():
                self._decide(socket, guard.tick(now))
        self._diary.write()  # after all commands are out: the disk may be slow, a fire is not

    def _take(self, reading: Reading) -> None:
        self.counters.readings += 1
        socket = self._socket_of.get(reading.device)
        if socket is None:
            return
        guard = self._guards[socket]
        danger = guard.take(reading)
        if reading.quantity is Quantity.SWITCH and guard.is_off:
            confirmed = self._cutter.read_off(socket, self._clock.now())
            if confirmed is not None:
                self._tell_confirmed(confirmed)
        self._decide(socket, danger)
        self._reporter.saw(socket, reading)

    def _decide(self, socket: str, danger: Danger | None) -> None:
        if danger is None or self._cutter.is_under_way(socket):
            return
        self.counters.cuts += 1
        log.warning("a socket is switched off", socket=socket, reason=danger.reason.value, measured=danger.measured)
        self._cutter.begin(socket, danger, self._clock.now())

    def _tell_confirmed(self, cut: Confirmed) -> None:
        self.counters.confirmed += 1
        self._guards[cut.socket].cut(cut.danger)
        self._diary.confirmed(cut)

    def _tell_stuck(self, stuck: Stuck) -> None:
        self.counters.stuck += 1
        log.error("a socket does not switch off", socket=stuck.socket, reason=stuck.danger.reason.value, told=stuck.commands)
        self._diary.stuck(stuck, self._clock.now())
