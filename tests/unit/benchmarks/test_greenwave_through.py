"""What stands between plan and lamps in the score through a protocol, without SUMO."""

import asyncio
import time

import pytest

from benchmarks.greenwave.box import Box
from benchmarks.greenwave.box_controller import BACKUP_S, BoxController
from benchmarks.greenwave.simulated_time import SimulatedLoop
from simulators.signals.kernel.authority import Answer, Authority
from simulators.signals.kernel.lamps import Lamp
from tests.unit.benchmarks.test_greenwave import Sumo, light


def test_an_hour_of_the_loop_takes_no_hour_and_time_outs_come_in_its_own_time() -> None:
    loop, began = SimulatedLoop(), time.monotonic()
    loop.run_for(3600.0)

    async def waits() -> None:
        async with asyncio.timeout(5.0):
            await asyncio.sleep(6.0)

    with pytest.raises(TimeoutError):
        loop.run_until_complete(waits())
    loop.close()

    assert loop.time() == pytest.approx(3605.0)
    assert time.monotonic() - began < 60.0


def test_the_controller_passes_a_stage_on_and_shows_the_lamps_of_the_box() -> None:
    box = Box(Sumo(), light(), 1.0)
    controller = BoxController(box, 1)

    assert controller.choose_stage(9) is Answer.UNKNOWN
    assert controller.choose_stage(2) is Answer.ACCEPTED
    assert box.wish == box.stages[2]
    assert controller.observe().authority is Authority.CENTRE
    assert Lamp.GREEN in controller.observe().lamps.values()


def test_a_centre_that_falls_silent_loses_the_box() -> None:
    box = Box(Sumo(), light(), 1.0)
    controller = BoxController(box, 1)
    controller.choose_stage(2)
    for _ in range(round(BACKUP_S) * 10 - 1):
        controller.advance()
    assert box.wish is not None

    controller.advance()

    assert box.wish is None
    assert not controller.is_held_by_centre
