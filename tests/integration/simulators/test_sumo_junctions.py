"""A real street (Berlin, Dörpfeldstraße) whose lamps simulated controllers drive, and a stage held by GB/T 20999 frames."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulators.signals.gbt20999.device import Gbt20999Controller
from simulators.signals.gbt20999.frames import DataValue, Frame, FrameRules, FrameType, StreamReader, decode, encode
from simulators.signals.kernel.display import Display
from simulators.signals.kernel.stages import StagePhase
from simulators.signals.sumo.driving import SumoLamps, controllable

libsumo = pytest.importorskip("libsumo", reason="libsumo is not installed: pip install 'yuhang[sumo]'")
pytestmark = pytest.mark.integration


@pytest.fixture
def berlin(shared_dir: Path) -> Iterator[Any]:
    folder = shared_dir / "nets" / "berlin_doerpfeldstr"
    if not folder.is_dir():
        pytest.skip(f"no road network at {folder}")
    before = Path.cwd()
    os.chdir(folder)
    libsumo.start(["sumo", "-c", "all_modes.sumocfg", "--no-step-log", "--no-warnings", "--seed", "7"])
    yield libsumo
    libsumo.close()
    os.chdir(before)


def arrived_in(sumo: Any, seconds: int, lamps: list[SumoLamps]) -> int:
    arrived = 0
    for _ in range(seconds):
        for light in lamps:
            light.step(1.0)
        sumo.simulationStep()
        arrived += sumo.simulation.getArrivedNumber()
    return arrived


def test_traffic_flows_under_the_controllers_as_under_sumo(berlin: Any) -> None:
    own = arrived_in(berlin, 900, [])
    berlin.load(["-c", "all_modes.sumocfg", "--no-step-log", "--no-warnings", "--seed", "7"])
    lamps = [SumoLamps(berlin, light) for light in controllable(berlin)]
    assert len(lamps) >= 8

    ours = arrived_in(berlin, 900, lamps)

    assert all(light.controller.observe().display is Display.GROUPS for light in lamps)
    assert all(light.controller.observe().fault is None for light in lamps)
    assert ours >= 0.85 * own


def test_a_stage_held_by_frames_lets_its_movements_go_and_nobody_else(berlin: Any) -> None:
    light = next(found for found in controllable(berlin) if found.startswith("cluster_101333380"))
    lamps = SumoLamps(berlin, light)
    device = Gbt20999Controller(lamps.controller)
    held = lamps.sumo_junction.junction.stages[0].number
    heads = [link[0][0] for link in berlin.trafficlight.getControlledLinks(light)]
    green = {heads[link] for link, letter in enumerate(lamps.sumo_junction.green_letters[held]) if letter in "Gg"}

    def ask(kind: FrameType, *place: int, content: bytes = b"") -> bytes:
        (wire,) = device.receive("host", encode(Frame(kind, 1, (DataValue(1, *place, content),)), FrameRules()))  # type: ignore[call-arg, arg-type]
        return decode(StreamReader().feed(wire)[0], FrameRules()).values[0].content

    def run(seconds: int) -> Counter[str]:
        passed: Counter[str] = Counter()
        standing = {lane: set(berlin.lane.getLastStepVehicleIDs(lane)) for lane in set(heads)}
        for _ in range(seconds):
            device.receive("host", encode(Frame(FrameType.HEARTBEAT, 2), FrameRules()))
            device.advance(10)
            lamps.step(0)
            berlin.simulationStep()
            for lane, before in standing.items():
                now = set(berlin.lane.getLastStepVehicleIDs(lane))
                gone = (
                    {vehicle for vehicle in before - now if berlin.vehicle.getRoadID(vehicle).startswith(":")}
                    if before
                    else set()
                )
                passed[lane] += len(gone)
                standing[lane] = now
        return passed

    run(200)
    assert ask(FrameType.SET, 17, 1, 4, 1, content=b"\x15") == b"\x00"
    assert ask(FrameType.SET, 17, 1, 2, 1, content=bytes([held])) == b"\x00"
    run(60)
    seen = lamps.controller.observe()
    assert (seen.stage, seen.phase) == (held, StagePhase.RUNNING)
    assert ask(FrameType.QUERY, 13, 2, 4, 1) == bytes([held])

    passed = run(300)
    assert sum(count for lane, count in passed.items() if lane in green) > 0
    assert sum(count for lane, count in passed.items() if lane not in green) == 0, "nobody ran a red light"
