"""The street: three simulated controllers behind bad lines on real ports, and an engine that obeys their lamps."""

import asyncio
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import simulators.signals
from benchmarks.fire.road import JUNCTIONS, LENGTH_M, SPEED_MPS, STOP_LINES_M
from simulators.signals.device import Device
from simulators.signals.gat1049.platform import Gat1049Platform
from simulators.signals.gbt20999.device import Gbt20999Controller
from simulators.signals.gbt20999.frames import FrameRules
from simulators.signals.junction import Junction, load_junction
from simulators.signals.kernel.authority import Authority
from simulators.signals.kernel.controller import Controller
from simulators.signals.kernel.display import Display
from simulators.signals.kernel.lamps import Lamp
from simulators.signals.line import FaultyLine, LineFaults
from simulators.signals.ntcip.agent import NtcipController, SnmpAccess
from simulators.signals.server import served_tcp, served_udp

ENGINE_GROUP = 3
ENGINE_STAGE = 3
STEP_S = 0.1
_CROSSROADS = Path(simulators.signals.__file__).with_name("junctions") / "crossroads.yaml"
_GROUPS = (
    {"number": 1, "minimum_green_s": 8, "clearance_s": 3, "all_red_s": 2, "links": [1]},
    {"number": 2, "minimum_green_s": 6, "clearance_s": 3, "all_red_s": 2},
    {"number": 3, "minimum_green_s": 8, "clearance_s": 3, "all_red_s": 2, "links": [0]},
    {"number": 4, "minimum_green_s": 6, "clearance_s": 3, "all_red_s": 2},
    {"number": 5, "phase": 1, "kind": "pedestrian", "minimum_green_s": 8, "yellow_s": 0, "clearance_s": 8},
    {"number": 6, "phase": 3, "kind": "pedestrian", "minimum_green_s": 8, "yellow_s": 0, "clearance_s": 8},
)
_CONFLICTS = ([1, 2], [1, 3], [1, 4], [1, 6], [2, 3], [2, 4], [2, 5], [2, 6], [3, 4], [3, 5], [4, 5], [4, 6], [5, 6])
_STAGES = {1: [1, 5], 2: [2], 3: [3, 6], 4: [4]}
_FLOWS = {1: ("1", "5"), 2: ("1", "3"), 3: ("3", "7"), 4: ("3", "5")}


@dataclass(slots=True)
class Corner:
    """One junction: the controller, its bad line, and where it listens."""

    name: str
    controller: Controller
    faults: LineFaults
    device: Device
    port: int = 0
    platform: Gat1049Platform | None = None

    @property
    def lets_go(self) -> bool:
        """Whether the engine may pass its stop line."""
        return self.controller.observe().lamps[ENGINE_GROUP] in (Lamp.GREEN, Lamp.GREEN_FLASH)

    @property
    def is_ours(self) -> bool:
        """Whether anything but its own programme steers it."""
        return self.controller.observe().authority is not Authority.PROGRAMME


def corners(seed: int) -> tuple[Corner, ...]:
    """NTCIP 1202, GB/T 20999 and GA/T 1049.2, each on a line that delays, loses and repeats."""
    found = []
    for number, name in enumerate(JUNCTIONS):
        controller = _started(_junction(name))
        device: Device
        platform = None
        match number:
            case 0:
                device = NtcipController(controller, SnmpAccess())
            case 1:
                device = Gbt20999Controller(controller, FrameRules())
            case _:
                device = platform = Gat1049Platform([controller])
        faults = LineFaults(delay_s=0.2, loss=0.02, duplicates=0.05)
        line = FaultyLine(device, faults, random.Random(seed + number), is_stream=number > 0)
        found.append(Corner(name, controller, faults, line, platform=platform))
    return tuple(found)


def _junction(name: str) -> Junction:
    plain = load_junction(_CROSSROADS)
    return plain.model_copy(update={"name": name, "forbidden_changes": ()})


def _started(junction: Junction) -> Controller:
    controller = Controller(junction, datetime(2026, 6, 1, 1, 0, tzinfo=UTC))
    while controller.observe().display is not Display.GROUPS:
        controller.advance()
    return controller


@contextmanager
def served(places: tuple[Corner, ...], speed: float) -> Iterator[None]:
    """Let the corners listen and their time pass, in a thread of their own; their ports are known inside."""
    ready, over = threading.Event(), threading.Event()

    async def serve() -> None:
        async with AsyncExitStack() as stack:
            for number, corner in enumerate(places):
                serving = served_udp if number == 0 else served_tcp
                corner.port = await stack.enter_async_context(serving(corner.device, speed=speed))
            ready.set()
            while not over.is_set():
                await asyncio.sleep(0.1)

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    if not ready.wait(20):
        raise RuntimeError("the simulated controllers do not listen")
    try:
        yield
    finally:
        over.set()
        thread.join(20)


def signals_file(places: tuple[Corner, ...], folder: Path) -> dict[str, Any]:
    """The junctions' file for these corners; keys and passwords are written into `folder`."""
    (folder / "community").write_text("private\n", encoding="utf-8")
    (folder / "password").write_text("greenwave\n", encoding="utf-8")
    here: dict[str, Any] = {"host": "127.0.0.1"}
    ntcip = here | {
        "protocol": "ntcip1202",
        "version": "v2c",
        "community_file": str(folder / "community"),
        "longest_backup_s": 20,
    }
    gbt = here | {"protocol": "gbt20999", "gives_back_s": 20}
    flows = {stage: {"entrance": entrance, "exit": leaving} for stage, (entrance, leaving) in _FLOWS.items()}
    gat = here | {"protocol": "gat1049", "user": "yuhang", "password_file": str(folder / "password"), "flows": flows}
    gat["crossing"] = places[2].controller.junction.cross_id
    stages = [{1: [1, 5], 2: [3, 6]}, _STAGES, _STAGES]
    return {
        "junctions": [
            {
                "id": corner.name,
                "controller": controller | {"port": corner.port},
                "groups": list(_GROUPS),
                "stages": [{"number": number, "green": green} for number, green in own.items()],
                "conflicts": list(_CONFLICTS),
                "answer_s": 2.0,
                "dry_run": False,
                "limits": {"silent_after_s": 8, "confirm_slack_s": 15},
            }
            for corner, controller, own in zip(places, (ntcip, gbt, gat), stages, strict=True)
        ]
    }


@dataclass(slots=True)
class Engine:
    """Drives along the road, 1.4 m/s2, a fifth above the limit, and stops at red. Metres and seconds."""

    places: tuple[Corner, ...]
    at_m: float = 0.0
    speed_mps: float = 0.0
    red_stops: int = 0
    ran_red: int = 0
    trip_s: float = 0.0
    _stands: bool = False
    passed: list[str] = field(default_factory=list)

    @property
    def is_there(self) -> bool:
        """Whether it has come to the end of the road."""
        return self.at_m >= LENGTH_M - 5.0

    def drive(self, seconds: float) -> None:
        """Let time pass."""
        for _ in range(max(1, round(seconds / STEP_S))):
            self._step(seconds / max(1, round(seconds / STEP_S)))

    def _step(self, dt_s: float) -> None:
        if self.is_there:
            self.speed_mps = 0.0
            return
        self.trip_s += dt_s
        room_m = min((room for room in self._reds_m()), default=float("inf"))
        room_m = min(room_m, LENGTH_M - self.at_m)
        safe_mps = (2 * 3.0 * max(0.0, room_m - 1.0)) ** 0.5
        self.speed_mps = min(self.speed_mps + 1.4 * dt_s, SPEED_MPS * 1.2, safe_mps)
        before_m, self.at_m = self.at_m, self.at_m + self.speed_mps * dt_s
        for corner, line_m in zip(self.places, STOP_LINES_M, strict=True):
            if before_m < line_m <= self.at_m:
                self.passed.append(corner.name)
                self.ran_red += corner.controller.observe().lamps[ENGINE_GROUP] is Lamp.RED
        stands = self.speed_mps < 0.1 and room_m < 5.0 and self.at_m < STOP_LINES_M[-1]
        self.red_stops += stands and not self._stands
        self._stands = stands

    def _reds_m(self) -> Iterator[float]:
        for corner, line_m in zip(self.places, STOP_LINES_M, strict=True):
            brakes_m = self.speed_mps**2 / (2 * 3.0)
            if line_m - self.at_m >= min(brakes_m, 1.0) and not corner.lets_go:
                yield line_m - self.at_m


Sends = Callable[[float, float], None]
"""Takes metres and speed of the engine, once a second."""
