"""A line that delays, loses and repeats, and in the end is cut: every wish ends, and the junction runs its own programme."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from central.dispatch.controllers.building import Platforms, build_controller
from central.dispatch.controllers.config import JunctionConfig
from central.dispatch.controllers.lease import LeaseLimits
from central.dispatch.controllers.request import PriorityRequest, RequestState
from central.dispatch.controllers.supervised import Settings, SupervisedController
from simulators.signals.device import Device
from simulators.signals.gat1049.platform import Gat1049Platform
from simulators.signals.gbt20999.device import Gbt20999Controller
from simulators.signals.gbt20999.frames import FrameRules
from simulators.signals.kernel.controller import Controller
from simulators.signals.line import FaultyLine, LineFaults
from tests.integration.signals import stories
from tests.integration.signals.stories import NOON, Records, Street, crossroads, served, wish
from yuhang.clock import SystemClock

pytestmark = pytest.mark.integration

PACE_S = 0.02  # real seconds for a tenth of a second at the junction
ANSWER_S = 0.4  # real; two seconds at the junction
LIMITS = LeaseLimits(silent_after_s=12.0, confirm_slack_s=30.0)
"""Stage 2 may not be followed by stage 1, so a wish for 1 may have to go round by another stage."""
STAGES = {1: [1, 5], 2: [2], 3: [3, 6], 4: [4]}


async def keep_time(street: Street) -> None:
    while True:
        street.to(0.1)
        await asyncio.sleep(PACE_S)


def tell(
    story: Callable[[SupervisedController, Street, LineFaults], Awaitable[None]],
    make: Callable[[Controller], Device],
    make_junction: Callable[[int], JunctionConfig],
    *,
    datagrams: bool,
) -> None:
    async def play() -> None:
        controller, faults = crossroads(), LineFaults(delay_s=0.2, loss=0.02, duplicates=0.05)
        line = FaultyLine(make(controller), faults, random.Random(7), is_stream=not datagrams)
        async with served(line, controller, datagrams=datagrams) as street:

            def now_s() -> float:
                return street.now_s

            junction = make_junction(street.port).model_copy(update={"answer_s": ANSWER_S})
            door = SupervisedController(
                build_controller(junction, Platforms(SystemClock(), now_s), now_s),
                Settings("crossroads", answer_s=ANSWER_S, limits=LIMITS),
                tasks=lambda _: True,
                audit=Records(),
                clock=SystemClock(),
                monotonic=now_s,
            )
            clock = asyncio.create_task(keep_time(street))
            try:
                await describe(door)
                await story(door, street, faults)
            finally:
                faults.is_silent = False
                await door.close()
                clock.cancel()
                with suppress(asyncio.CancelledError):
                    await clock
        assert controller.observe().fault is None

    asyncio.run(play())


async def describe(door: SupervisedController) -> None:
    for _ in range(10):
        with suppress(Exception):
            await door.describe()
            return
    await door.describe()


async def renewing(
    door: SupervisedController, request: PriorityRequest, street: Street, seconds: float, state: RequestState
) -> None:
    """Look after the junction and renew until the request is in that state; fails after `seconds`."""
    ends_s = street.now_s + seconds
    ack = await door.request(request)
    while ack.state is not state and street.now_s < ends_s:
        request = request.renewed(NOON, NOON)
        await door.renew(request)
        await door.step()
        await asyncio.sleep(PACE_S)
        ack = await door.renew(request)
    assert ack.state is state, ack


async def there_back_and_cut(door: SupervisedController, street: Street, faults: LineFaults) -> None:
    controller = street.controller
    await renewing(door, replace(wish(3), lease_s=10.0), street, 120, RequestState.GRANTED)
    assert controller.observe().stage == 3
    await door.cancel("r1")
    for _ in range(200):
        await door.step()
        if not controller.is_held_by_centre:
            break
    assert not controller.is_held_by_centre
    await renewing(door, replace(wish(1, "r2"), lease_s=10.0), street, 120, RequestState.GRANTED)
    faults.is_silent = True
    street.to(30)  # the cable is out
    assert not controller.is_held_by_centre
    ack = await door.request(wish(1, "r2"))
    assert ack.state.ended


def test_gbt20999_over_udp() -> None:
    def junction(port: int) -> JunctionConfig:
        place: dict[str, object] = {"protocol": "gbt20999", "host": "127.0.0.1", "port": port, "transport": "udp"}
        return stories.junction(place, STAGES)

    tell(there_back_and_cut, lambda c: Gbt20999Controller(c, FrameRules(escaped=False)), junction, datagrams=True)


def test_gat1049_over_tcp(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("greenwave\n", encoding="utf-8")
    flows = {1: ("1", "5"), 2: ("1", "3"), 3: ("3", "7"), 4: ("3", "5")}

    def junction(port: int) -> JunctionConfig:
        place = {"protocol": "gat1049", "host": "127.0.0.1", "port": port, "user": "yuhang", "crossing": "33011000000001"}
        known = {stage: {"entrance": entrance, "exit": leaving} for stage, (entrance, leaving) in flows.items()}
        return stories.junction({**place, "password_file": tmp_path / "password", "flows": known}, STAGES)

    tell(there_back_and_cut, lambda c: Gat1049Platform([c]), junction, datagrams=False)
