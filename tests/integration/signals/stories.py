"""One story for every protocol, told through real sockets to a simulated controller whose time passes when the story says so."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import simulators.signals
from central.dispatch.controllers.audit import SignalRecord
from central.dispatch.controllers.building import Platforms, build_controller
from central.dispatch.controllers.config import JunctionConfig
from central.dispatch.controllers.request import Ack, PriorityClass, PriorityRequest, RequestState
from central.dispatch.controllers.supervised import Settings, SupervisedController
from simulators.signals.device import Device
from simulators.signals.junction import load_junction
from simulators.signals.kernel.controller import Controller
from simulators.signals.kernel.display import Display
from simulators.signals.server import DatagramServer, StreamServer
from yuhang.clock import SystemClock

NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
CROSSROADS = Path(simulators.signals.__file__).with_name("junctions") / "crossroads.yaml"
STEP_S = 0.5


@dataclass(slots=True)
class Records:
    kept: list[SignalRecord] = field(default_factory=list)

    def record(self, record: SignalRecord) -> None:
        self.kept.append(record)


@dataclass(slots=True)
class Street:
    """The device behind its socket, and the time, seconds."""

    device: Device
    controller: Controller
    port: int
    push: Callable[[Any], None]
    now_s: float = 0.0

    def to(self, seconds: float) -> None:
        """Let time pass at the junction; nobody else learns of it."""
        for _ in range(round(seconds * 10)):
            for outgoing in self.device.advance(1):
                self.push(outgoing)
        self.now_s += seconds


@dataclass(slots=True)
class Site:
    """A supervised junction on its street."""

    street: Street
    door: SupervisedController
    live: set[str]
    records: Records
    renewed: dict[str, PriorityRequest] = field(default_factory=dict)

    async def pass_time(self, seconds: float, renew: PriorityRequest | None = None) -> None:
        """Time in which the junction is looked after, and a request renewed."""
        for _ in range(round(seconds / STEP_S)):
            self.street.to(STEP_S)
            await asyncio.sleep(0)
            if renew is not None:
                self.renewed[renew.id] = self.renewed.get(renew.id, renew).renewed(NOON, NOON)
                await self.door.renew(self.renewed[renew.id])
            await self.door.step()

    async def until(self, fits: Callable[[Ack], bool], request: PriorityRequest, seconds: float) -> Ack:
        """Time, renewing, until the request's state fits."""
        for _ in range(round(seconds / STEP_S)):
            await self.pass_time(STEP_S, renew=request)
            ack = await self.door.renew(request)
            if fits(ack):
                return ack
        raise AssertionError(f"after {seconds} s it is {ack}; {[(r.action, r.outcome) for r in self.records.kept]}")

    async def granted(self, request: PriorityRequest) -> None:
        """Ask, and wait for the lamps."""
        await self.door.request(request)
        ack = await self.until(lambda ack: ack.state is RequestState.GRANTED or ack.state.ended, request, 90)
        assert ack.state is RequestState.GRANTED, ack


def crossroads() -> Controller:
    """Started, its programme running."""
    controller = Controller(load_junction(CROSSROADS), datetime(2026, 6, 1, 1, 0, tzinfo=UTC))
    while controller.observe().display is not Display.GROUPS:
        controller.advance()
    return controller


@asynccontextmanager
async def served(device: Device, controller: Controller, *, datagrams: bool) -> AsyncIterator[Street]:
    """The device on a real port; its clock stands still until the story moves it."""
    if datagrams:
        loop = asyncio.get_running_loop()
        transport, udp = await loop.create_datagram_endpoint(lambda: DatagramServer(device), local_addr=("127.0.0.1", 0))
        yield Street(device, controller, transport.get_extra_info("sockname")[1], udp.push)
        transport.close()
        return
    tcp = StreamServer(device)
    server = await asyncio.start_server(tcp.serve, "127.0.0.1", 0)
    yield Street(device, controller, server.sockets[0].getsockname()[1], tcp.push)
    server.close()
    tcp.hang_up()


def tell(
    story: Callable[[Site], Awaitable[None]],
    make_device: Callable[[Controller], Device],
    make_junction: Callable[[int], JunctionConfig],
    *,
    datagrams: bool,
) -> None:
    """Set the junction up, watch it for ten seconds, tell the story; the conflict monitor must have seen nothing."""

    async def play() -> None:
        controller = crossroads()
        async with served(make_device(controller), controller, datagrams=datagrams) as street:
            junction, live, records = make_junction(street.port), {"fire-1"}, Records()

            def now_s() -> float:
                return street.now_s

            door = SupervisedController(
                build_controller(junction, Platforms(SystemClock(), now_s), now_s),
                Settings(junction.id, answer_s=junction.answer_s, limits=junction.limits.limits()),
                tasks=live.__contains__,
                audit=records,
                clock=SystemClock(),
                monotonic=now_s,
            )
            await door.describe()
            site = Site(street, door, live, records)
            try:
                await site.pass_time(10)
                await story(site)
            finally:
                await door.close()
        assert controller.observe().fault is None

    asyncio.run(play())


def wish(stage: int, number: str = "r1") -> PriorityRequest:
    return PriorityRequest(number, "fire-1", PriorityClass.FIRE, stage, NOON, NOON, lease_s=5.0)


GROUPS = [
    {"number": 1, "minimum_green_s": 8, "clearance_s": 3, "all_red_s": 2},
    {"number": 2, "minimum_green_s": 6, "clearance_s": 3, "all_red_s": 2},
    {"number": 3, "minimum_green_s": 8, "clearance_s": 3, "all_red_s": 2},
    {"number": 4, "minimum_green_s": 6, "clearance_s": 3, "all_red_s": 2},
    {"number": 5, "phase": 1, "kind": "pedestrian", "minimum_green_s": 8, "yellow_s": 0, "clearance_s": 8},
    {"number": 6, "phase": 3, "kind": "pedestrian", "minimum_green_s": 8, "yellow_s": 0, "clearance_s": 8},
]
"""The lamp groups of simulators/signals/junctions/crossroads.yaml, as an integrator would write them down."""

CONFLICTS = [[1, 2], [1, 3], [1, 4], [1, 6], [2, 3], [2, 4], [2, 5], [2, 6], [3, 4], [3, 5], [4, 5], [4, 6], [5, 6]]


def junction(controller: dict[str, object], stages: dict[int, list[int]]) -> JunctionConfig:
    """The crossroads as a section of the junctions' file; the machine may be busy, so answers may take their time."""
    return JunctionConfig.model_validate(
        {
            "id": "crossroads",
            "controller": controller,
            "groups": GROUPS,
            "stages": [{"number": number, "green": green} for number, green in stages.items()],
            "conflicts": CONFLICTS,
            "answer_s": 10,
        }
    )
