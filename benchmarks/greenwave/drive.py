"""One run: a process of its own, since libsumo holds one simulation a process. Takes a `Job`, gives an `Outcome`."""

import contextlib
import os
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.greenwave.box import Box
from benchmarks.greenwave.crossing import Meeting, meetings
from benchmarks.greenwave.giving_way import GivingWay
from benchmarks.greenwave.job import Job
from benchmarks.greenwave.live_way import SEEN_S, Traffic
from benchmarks.greenwave.modes import Mode, Simple
from benchmarks.greenwave.ours import Ours
from benchmarks.greenwave.outcome import Outcome
from benchmarks.greenwave.pairs import Pair, choose
from benchmarks.greenwave.scenario import Scenario
from benchmarks.greenwave.streets import ENGINE_TYPE, Streets, Way, add_engine_type
from benchmarks.greenwave.through import Through
from benchmarks.greenwave.trip import Engine, Trip

_ENGINES = "yuhang-engine"
_EMPTY = "empty"
_EARLY = "10"  # a driver who knows the way is in the right lane in time, in every mode


def run(job: Job) -> Outcome:
    """Run it; called in a fresh process."""
    import libsumo  # noqa: PLC0415  # an extra, and only in this process

    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="greenwave-") as folder, _staying():
        outcome = _Run(libsumo, job, Path(folder)).outcome()
    outcome.wall_s = round(time.monotonic() - began, 1)
    return outcome


def pairs_of(scenario: Scenario, count: int, signals: int) -> tuple[Pair, ...]:
    """The pairs of a scenario; called in a fresh process."""
    import libsumo  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="greenwave-") as folder, _staying():
        scenario.start(libsumo, Path(folder), 1, "--scale", "0")
        add_engine_type(libsumo)
        found = choose(libsumo, Streets(libsumo), count, signals)
        libsumo.close()
    return found


def meetings_of(scenario: Scenario, pairs: tuple[Pair, ...], count: int) -> tuple[Meeting, ...]:
    """Where the ways of these pairs cross; called in a fresh process."""
    import libsumo  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="greenwave-") as folder, _staying():
        scenario.start(libsumo, Path(folder), 1, "--scale", "0")
        streets = Streets(libsumo)
        found = meetings([(pair, streets.way(pair.edges)) for pair in pairs], count)
        libsumo.close()
    return found


@contextlib.contextmanager
def _staying() -> Iterator[None]:
    here = Path.cwd()
    try:
        yield
    finally:
        os.chdir(here)


class _Run:
    def __init__(self, sumo: Any, job: Job, folder: Path) -> None:
        self._sumo, self._job, self._folder = sumo, job, folder
        self._others_teleports = 0
        self._begin_s = 0.0

    def outcome(self) -> Outcome:
        job, sumo = self._job, self._sumo
        trips = self._folder / "trips.xml"
        options = ["--tripinfo-output", str(trips), "--tripinfo-output.write-unfinished", "true"]
        if job.mode == _EMPTY:
            options += ["--scale", "0"]
        job.scenario.start(sumo, self._folder, job.seed, *options)
        add_engine_type(sumo, blue=job.mode == "blue")
        self._begin_s = float(sumo.simulation.getTime())
        if job.mode == _EMPTY:
            _all_green(sumo)
        counts_others = not job.trip_only and job.mode != _EMPTY
        outcome = Outcome()
        if job.pair is not None:
            pairs = [job.pair] if job.second is None else [job.pair, job.second]
            outcome = self._trip(self._ways(pairs))
        if counts_others:
            self._pass_until(job.until_s)
        sumo.close()
        outcome.others_teleports = self._others_teleports
        if counts_others:
            delay_s, outcome.others = _delay(trips)
            outcome.others_delay_s = delay_s + outcome.gave_way_s
        return outcome

    def _ways(self, pairs: list[Pair]) -> list[tuple[str, ...]]:
        """When the call comes: the fastest ways of the empty road; in `ours` those of the traffic of now."""
        job = self._job
        if not job.mode.startswith("ours") or job.mode == "ours-same-way":
            self._pass_until(0 if job.mode == _EMPTY else job.call_s)
            return [pair.edges for pair in pairs]
        self._pass_until(job.call_s - SEEN_S)
        traffic = Traffic(self._sumo, job.scenario.net)
        while self._now_s() < job.call_s:
            self._step()
            traffic.see()
        return [traffic.way(pair.edges) for pair in pairs]

    def _now_s(self) -> float:
        return float(self._sumo.simulation.getTime()) - self._begin_s

    def _pass_until(self, until_s: float) -> None:
        while self._now_s() < until_s:
            self._step()

    def _step(self) -> None:
        self._sumo.simulationStep()
        teleported = self._sumo.simulation.getStartingTeleportIDList()
        self._others_teleports += sum(not name.startswith(_ENGINES) for name in teleported)

    def _trip(self, chosen: list[tuple[str, ...]]) -> Outcome:
        sumo, job = self._sumo, self._job
        streets = Streets(sumo)
        ways = [streets.way(edges) for edges in chosen]
        names = dict.fromkeys(line.light for way in ways for line in way.stop_lines)
        boxes = {name: Box(sumo, streets.lights[name], float(sumo.simulation.getDeltaT())) for name in names}
        engines = [Engine(sumo, f"{_ENGINES}-{number}", way) for number, way in enumerate(ways)]
        trip = Trip(sumo, engines, boxes, build_mode(job, sumo, ways, boxes, streets))
        for number, (engine, edges) in enumerate(zip(engines, chosen, strict=True)):
            sumo.route.add(f"{engine.name}-way", edges)
            depart = "now" if number == 0 or job.second_after_s <= 0 else str(sumo.simulation.getTime() + job.second_after_s)
            sumo.vehicle.add(engine.name, f"{engine.name}-way", ENGINE_TYPE, depart=depart, departLane="best", departSpeed="max")
            sumo.vehicle.setParameter(engine.name, "laneChangeModel.lcStrategic", _EARLY)
        others = GivingWay(sumo, [engine.name for engine in engines]) if job.gives_way else None
        with contextlib.ExitStack() as stack:
            trace = None if job.trace is None else stack.enter_context(job.trace.open("w", encoding="utf-8"))
            while self._now_s() < job.until_s and not (trip.is_over and (job.trip_only or not trip.steers)):
                trip.before_step(self._now_s())
                if others is not None:
                    others.step(self._now_s())
                self._step()
                trip.after_step(self._now_s())
                if trace is not None:
                    trace.write(trip.line(self._now_s()) + "\n")
        outcome = engines[0].outcome
        outcome.gave_way_s = 0.0 if others is None else round(others.stood_s, 1)
        trip.add_to(outcome)
        for other in engines[1:]:
            outcome.second_trip_s = other.outcome.trip_s
            outcome.teleports += other.outcome.teleports
            outcome.collisions += other.outcome.collisions
        return outcome


def build_mode(job: Job, sumo: Any, ways: list[Way], boxes: Mapping[str, Box], streets: Streets) -> Mode | None:
    """The rule of that name; none for those that ask nobody."""
    match job.mode:
        case "near200":
            return Simple(ways[0], boxes, near_m=200.0, lead_s=0.0, stages_only=False)
        case "corridor":
            return Simple(ways[0], boxes, near_m=float("inf"), lead_s=0.0, stages_only=False)
        case "eta":
            return Simple(ways[0], boxes, near_m=0.0, lead_s=20.0, stages_only=False)
        case "stage-eta":
            return Simple(ways[0], boxes, near_m=0.0, lead_s=20.0, stages_only=True)
        case "ours" | "ours-same-way":
            return _ours(job, sumo, ways, boxes, streets)
        case _:
            return None


def _ours(job: Job, sumo: Any, ways: list[Way], boxes: Mapping[str, Box], streets: Streets) -> Mode:
    if job.through:
        return Through(sumo, ways, boxes, streets, protocol=job.through, seed=job.seed)
    return Ours(sumo, ways, boxes, streets)


def _all_green(sumo: Any) -> None:
    for light in sumo.trafficlight.getIDList():
        sumo.trafficlight.setRedYellowGreenState(light, "G" * len(sumo.trafficlight.getRedYellowGreenState(light)))


def _delay(trips: Path) -> tuple[float, int]:
    """Time lost by all but the engines, with the time that they waited to get on the road."""
    total_s, count = 0.0, 0
    for _, element in ET.iterparse(trips):  # SUMO's own output
        if element.tag == "tripinfo" and not element.get("id", "").startswith(_ENGINES):
            total_s += float(element.get("timeLoss", "0")) + max(0.0, float(element.get("departDelay", "0")))
            count += 1
        element.clear()
    return round(total_s, 1), count
