"""The mode `ours` through a protocol: the product's tenders, leases and adapters, over a line that delays and loses frames."""

import asyncio
import logging
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Any

import structlog

from benchmarks.greenwave.box import Box
from benchmarks.greenwave.box_controller import BoxController, since_epoch
from benchmarks.greenwave.modes import Position
from benchmarks.greenwave.ours import Planned, junction_model
from benchmarks.greenwave.simulated_time import SimulatedLoop
from benchmarks.greenwave.streets import Streets, Way
from central.dispatch.controllers.audit import SignalRecord
from central.dispatch.controllers.controller import SignalController
from central.dispatch.controllers.gat1049.adapter import Flow, Gat1049Controller
from central.dispatch.controllers.gat1049.session import Login
from central.dispatch.controllers.gat1049.session import Session as PlatformSession
from central.dispatch.controllers.gbt20999.adapter import Gbt20999Controller
from central.dispatch.controllers.gbt20999.profile import VendorProfile
from central.dispatch.controllers.gbt20999.session import Address, Session
from central.dispatch.controllers.model import JunctionModel
from central.dispatch.controllers.pipes import OpenPipe, Pipe, Receiver
from central.dispatch.controllers.request import Ack, PriorityClass
from central.dispatch.controllers.supervised import Settings, SupervisedController
from central.dispatch.escort.running.planning import Wish
from central.dispatch.escort.running.tender import Tender, Times
from central.dispatch.plan.picture import Junction
from central.dispatch.plan.several import agree
from simulators.signals.device import Device
from simulators.signals.gat1049.platform import Gat1049Platform
from simulators.signals.gbt20999.device import Gbt20999Controller as Gbt20999Device
from simulators.signals.line import FaultyLine, LineFaults

PROTOCOLS = ("gbt20999", "gat1049")
DELAY_S, LOSS = 0.2, 0.02
_TICK_S, _POLL_S, _ANSWER_S = 0.1, 0.5, 2.0


@dataclass(slots=True)
class _End:
    """One connection to a device on the line."""

    line: FaultyLine
    peer: str
    open: bool = True

    def send(self, data: bytes) -> None:
        self.line.receive(self.peer, data)

    def close(self) -> None:
        self.open = False
        self.line.disconnected(self.peer)


class Lines:
    """All lines of a run; they and the devices on them live in the loop's time."""

    def __init__(self, loop: SimulatedLoop, seed: int) -> None:
        self._dice = random.Random(seed)
        self._lines: list[FaultyLine] = []
        self._receivers: dict[str, Receiver] = {}
        self._numbers = count(1)
        self.frames = 0
        self.ticking = loop.create_task(self._tick())

    def connect(self, device: Device, *, is_stream: bool) -> OpenPipe:
        """How to open a pipe to this device."""
        line = FaultyLine(device, LineFaults(delay_s=DELAY_S, loss=LOSS), self._dice, is_stream=is_stream)
        self._lines.append(line)

        async def opened(receiver: Receiver) -> Pipe:
            peer = f"peer-{next(self._numbers)}"
            self._receivers[peer] = receiver
            return _End(line, peer)

        return opened

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(_TICK_S)
            for line in self._lines:
                for outgoing in line.advance(1):
                    self.frames += 1
                    self._receivers[outgoing.peer].received(outgoing.data)


@dataclass(frozen=True, slots=True)
class _LoopClock:
    """Wall clock of the site."""

    loop: SimulatedLoop
    speed: float = 1.0

    def now(self) -> datetime:
        return since_epoch(self.loop.time())

    def wait(self, event: object, seconds: float) -> bool:
        raise NotImplementedError("nothing in the loop waits in a thread")


class _Unkept:
    """Orders of a simulation are kept nowhere."""

    def record(self, record: SignalRecord) -> None:
        pass


class Through:
    """All engines of a run and a tender for each light of their ways."""

    def __init__(
        self, sumo: Any, ways: Sequence[Way], boxes: Mapping[str, Box], streets: Streets, *, protocol: str, seed: int
    ) -> None:
        self._sumo, self._loop = sumo, SimulatedLoop()
        self._lines = Lines(self._loop, seed)
        lights = {name: box.light for name, box in boxes.items()}
        self._engines = [Planned(sumo, way, lights, streets, f"task-{number}") for number, way in enumerate(ways)]
        self._stop = asyncio.Event()
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))  # a lost frame is no news here
        self._tenders = {name: self._tender(box, number, protocol) for number, (name, box) in enumerate(boxes.items(), start=1)}
        self._running = [self._loop.create_task(tender.run(self._stop)) for tender in self._tenders.values()]
        self.note = ""

    def step(self, now_s: float, positions: Sequence[Position | None]) -> None:
        """See `Mode`. What was wished before has had a second to arrive."""
        step_s = float(self._sumo.simulation.getDeltaT())
        self._loop.run_for(step_s)
        for task in (*self._running, self._lines.ticking):
            if task.done():
                task.result()  # what ended one is an error of ours and ends the run
        claims = [
            engine.claim(self._loop.time(), position, self._junction)
            for engine, position in zip(self._engines, positions, strict=True)
            if position is not None
        ]
        self.note = " || ".join(engine.note for engine in self._engines)
        wishes: dict[str, list[Wish]] = {}
        for claim in agree(claims):
            for decision in claim.decisions:
                if decision.stage is not None:
                    wish = Wish(
                        claim.task,
                        PriorityClass.FIRE,
                        decision.junction,
                        decision.stage,
                        decision.earliest_s,
                        decision.latest_s,
                    )
                    wishes.setdefault(decision.junction, []).append(wish)
        for name, tender in self._tenders.items():
            tender.wish(tuple(wishes.get(name, ())))

    def _junction(self, name: str, now_s: float, task: str) -> Junction:
        tender = self._tenders[name]
        ack = tender.asking.answers.get(task)
        return Junction(tender.state) if ack is None else Junction(tender.state, ack.state, ack.reason)

    def _tender(self, box: Box, number: int, protocol: str) -> Tender:
        times = Times(_LoopClock(self._loop), self._loop.time, asyncio.sleep)
        name = box.light.name
        door = SupervisedController(
            self._adapter(box, number, protocol),
            Settings(name, _POLL_S, _ANSWER_S),
            tasks=lambda _: True,
            audit=_Unkept(),
            clock=times.clock,
            monotonic=times.now_s,
        )
        return Tender(name, door, _POLL_S, times, _no_news)

    def _adapter(self, box: Box, number: int, protocol: str) -> SignalController:
        model, now_s = _watched(junction_model(box.light)), self._loop.time
        controller = BoxController(box, number)
        if protocol == "gbt20999":
            profile = VendorProfile()
            opened = self._lines.connect(Gbt20999Device(controller), is_stream=True)
            talk = Session(opened, profile.rules, Address(), datagrams=False, answer_s=_ANSWER_S, heartbeat_s=5.0)
            return Gbt20999Controller(model, profile, talk, junction=1, phases={}, gives_back_s=None, monotonic=now_s)
        opened = self._lines.connect(Gat1049Platform([controller]), is_stream=True)
        login = Login("yuhang", "greenwave")
        platform = PlatformSession(
            opened, login, answer_s=_ANSWER_S, heartbeat_s=10.0, clock=_LoopClock(self._loop), monotonic=now_s
        )
        flows = {stage: Flow("1", str(stage % 8 + 1)) for stage in box.stages}
        return Gat1049Controller(model, platform, controller.junction.cross_id, flows=flows, slack_s=2.0, monotonic=now_s)


def _watched(model: JunctionModel) -> JunctionModel:
    """As the site watches it: a short green of SUMO's own programme is not held against the junction; the box keeps its own."""
    groups = {number: replace(group, minimum_green_s=0.0) for number, group in model.groups.items()}
    return replace(model, groups=groups)


def _no_news(_: str, __: str, ___: Ack) -> None:
    """Nobody looks."""
