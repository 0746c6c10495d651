"""One story for every protocol, told through real sockets to a simulated controller whose clock runs fast."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from central.dispatch.controllers.audit import SignalRecord
from central.dispatch.controllers.building import Platforms, build_controller
from central.dispatch.controllers.config import JunctionConfig
from central.dispatch.controllers.controller import SignalController
from central.dispatch.controllers.request import Ack, PriorityClass, PriorityRequest, RequestState
from central.dispatch.controllers.supervised import Settings, SupervisedController
from yuhang.clock import SystemClock

SPEED = 8.0
NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)


@dataclass(slots=True)
class Records:
    kept: list[SignalRecord] = field(default_factory=list)

    def record(self, record: SignalRecord) -> None:
        self.kept.append(record)


@dataclass(slots=True)
class Site:
    """A supervised junction; all seconds are those of the simulated controller."""

    door: SupervisedController
    device: SignalController
    live: set[str]
    records: Records
    now_s: Callable[[], float]

    async def until(self, fits: Callable[[Ack], bool], request: PriorityRequest, seconds: float, *, renew: bool = True) -> Ack:
        """Go round, renewing, until the request's state fits; fails after `seconds`."""
        ends_s = self.now_s() + seconds
        ack = Ack(request.id, RequestState.REQUESTED)
        while self.now_s() < ends_s:
            if renew:
                request = request.renewed(NOON, NOON)
                await self.door.renew(request)
            await self.door.step()
            ack = await self.door.renew(request)
            if fits(ack):
                return ack
            await asyncio.sleep(0.3 / SPEED)
        raise AssertionError(f"after {seconds} s it is {ack}; {[(r.action, r.outcome) for r in self.records.kept]}")

    async def pass_time(self, seconds: float) -> None:
        ends_s = self.now_s() + seconds
        while self.now_s() < ends_s:
            await self.door.step()
            await asyncio.sleep(0.3 / SPEED)


async def open_site(junction: JunctionConfig) -> Site:
    """Describe the junction and watch it for ten seconds."""
    loop = asyncio.get_running_loop()
    live, records = {"fire-1"}, Records()

    def now_s() -> float:
        return loop.time() * SPEED

    device = build_controller(junction, Platforms(SystemClock(), now_s), now_s)
    settings = Settings(junction.id, answer_s=junction.answer_s, limits=junction.limits.limits())
    door = SupervisedController(device, settings, tasks=live.__contains__, audit=records, clock=SystemClock(), monotonic=now_s)
    await door.describe()
    site = Site(door, device, live, records, now_s)
    await site.pass_time(10)
    return site


def wish(stage: int, number: str = "r1") -> PriorityRequest:
    return PriorityRequest(number, "fire-1", PriorityClass.FIRE, stage, NOON, NOON, lease_s=5.0)


CROSSROADS_GROUPS = [
    {"number": 1, "minimum_green_s": 8, "clearance_s": 3, "all_red_s": 2},
    {"number": 2, "minimum_green_s": 6, "clearance_s": 3, "all_red_s": 2},
    {"number": 3, "minimum_green_s": 8, "clearance_s": 3, "all_red_s": 2},
    {"number": 4, "minimum_green_s": 6, "clearance_s": 3, "all_red_s": 2},
    {"number": 5, "phase": 1, "kind": "pedestrian", "minimum_green_s": 8, "yellow_s": 0, "clearance_s": 8},
    {"number": 6, "phase": 3, "kind": "pedestrian", "minimum_green_s": 8, "yellow_s": 0, "clearance_s": 8},
]
"""The lamp groups of simulators/signals/junctions/crossroads.yaml, as an integrator would write them down."""

CONFLICTS = [[1, 2], [1, 3], [1, 4], [1, 6], [2, 3], [2, 4], [2, 5], [2, 6], [3, 4], [3, 5], [4, 5], [4, 6], [5, 6]]
