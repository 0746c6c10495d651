"""Engines on their ways, and what is seen of them and around them, step by step."""

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.greenwave.box import Box
from benchmarks.greenwave.modes import Mode, Position
from benchmarks.greenwave.outcome import Outcome
from benchmarks.greenwave.streets import Way
from benchmarks.greenwave.watch import LampCount

_STANDS_MPS = 0.1
_AT_SIGNAL_M = 200.0


class Engine:
    """One engine as SUMO shows it; `outcome` is what was seen of it."""

    def __init__(self, sumo: Any, name: str, way: Way) -> None:
        self._sumo, self.name, self._way = sumo, name, way
        self.outcome = Outcome()
        self.position: Position | None = None
        self.is_over = False
        self._departed_s: float | None = None
        self._stood_s = 0.0

    def see(self, now_s: float) -> None:
        """After a step."""
        sumo, outcome = self._sumo, self.outcome
        if self.is_over:
            return
        outcome.teleports += self.name in sumo.simulation.getStartingTeleportIDList()
        if self.name in sumo.simulation.getArrivedIDList():
            self.is_over, self.position = True, None
            outcome.arrived = self._departed_s is not None
            outcome.trip_s = round(now_s - (self._departed_s or 0.0), 1)
            return
        if self.name not in sumo.vehicle.getIDList() or not sumo.vehicle.getRoadID(self.name):
            return
        if self._departed_s is None:
            self._departed_s = now_s
        outcome.collisions += self.name in sumo.simulation.getCollidingVehiclesIDList()
        speed_mps = float(sumo.vehicle.getSpeed(self.name))
        self.position = Position(self._along_m(speed_mps), speed_mps, sumo.vehicle.getLaneID(self.name))
        self._count_stop(speed_mps)

    def _count_stop(self, speed_mps: float) -> None:
        if speed_mps >= _STANDS_MPS:
            self._stood_s = 0.0
            return
        if self._stood_s == 0.0:
            self.outcome.red_stops += self._is_at_red()
        self._stood_s += float(self._sumo.simulation.getDeltaT())
        self.outcome.longest_stop_s = max(self.outcome.longest_stop_s, self._stood_s)

    def _along_m(self, speed_mps: float) -> float:
        """Along the way: on its edges where it is, within a junction by its speed."""
        sumo, way = self._sumo, self._way
        if sumo.vehicle.getRoadID(self.name).startswith(":"):
            driven_m = speed_mps * float(sumo.simulation.getDeltaT())
            return driven_m + (0.0 if self.position is None else self.position.at_m)
        return float(way.begins_m[sumo.vehicle.getRouteIndex(self.name)] + sumo.vehicle.getLanePosition(self.name))

    def _is_at_red(self) -> bool:
        ahead = self._sumo.vehicle.getNextTLS(self.name)
        return bool(ahead) and ahead[0][2] < _AT_SIGNAL_M and ahead[0][3] not in "Gg"


class Trip:
    """The engines, the lights on their ways, and the rule that asks these."""

    def __init__(self, sumo: Any, engines: Sequence[Engine], boxes: Mapping[str, Box], mode: Mode | None) -> None:
        self._sumo, self._engines, self._boxes, self._mode = sumo, engines, boxes, mode
        self._counts = {name: LampCount(box.light) for name, box in boxes.items()}
        self._judged = dict.fromkeys(boxes, False)
        self._held_s: dict[tuple[str, str], float] = {}
        self._approaches = {name: _approaches(sumo, name) for name in boxes}
        self._worst_hold_s = 0.0

    @property
    def is_over(self) -> bool:
        """All engines have arrived."""
        return all(engine.is_over for engine in self._engines)

    @property
    def steers(self) -> bool:
        """Some light has not come back into step yet."""
        return any(box.is_ours for box in self._boxes.values())

    def before_step(self, now_s: float) -> None:
        """Ask and set lamps."""
        for box in self._boxes.values():
            box.watch()
        if self._mode is None:
            return
        self._mode.step(now_s, [engine.position for engine in self._engines])
        for name, box in self._boxes.items():
            was_ours = box.is_ours
            box.step()
            self._judged[name] = was_ours or box.is_ours

    def after_step(self, now_s: float) -> None:
        """See what came of it."""
        for name, count in self._counts.items():
            count.look(self._sumo.trafficlight.getRedYellowGreenState(name), now_s, judged=self._judged[name])
        for engine in self._engines:
            engine.see(now_s)
        if self._mode is not None:
            self._see_others()

    def line(self, now_s: float) -> str:
        """For the trace."""
        places = [engine.position for engine in self._engines]
        here = " ".join("-" if p is None else f"{p.at_m:7.1f} m {p.speed_mps:5.1f} m/s {p.lane}" for p in places)
        note = getattr(self._mode, "note", "")
        lamps = " ".join(f"{name[:6]}{'*' if box.is_ours else ' '}{box.letters}" for name, box in self._boxes.items())
        return f"{now_s:7.1f} {here} | {note} | {lamps}"

    def add_to(self, outcome: Outcome) -> None:
        """What was seen of all but the engines."""
        outcome.worst_hold_s = self._worst_hold_s
        for count in self._counts.values():
            for what, number in count.findings.items():
                outcome.violations[what] = outcome.violations.get(what, 0) + number

    def _see_others(self) -> None:
        """How long anybody stands before a light that is ours, until his lane gets green."""
        sumo, step_s, names = self._sumo, float(self._sumo.simulation.getDeltaT()), {engine.name for engine in self._engines}
        held_s: dict[tuple[str, str], float] = {}
        for name, box in self._boxes.items():
            if not box.is_ours:
                continue
            for lane, links in self._approaches[name].items():
                if any(box.letters[link] in "Gg" for link in links):
                    continue
                for vehicle in sumo.lane.getLastStepVehicleIDs(lane):
                    stands = sumo.vehicle.getSpeed(vehicle) < _STANDS_MPS
                    if vehicle not in names and (stands or (name, vehicle) in self._held_s):
                        held_s[name, vehicle] = self._held_s.get((name, vehicle), 0.0) + step_s
        self._held_s = held_s
        self._worst_hold_s = max(self._worst_hold_s, max(held_s.values(), default=0.0))


def _approaches(sumo: Any, light: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for link, ways in enumerate(sumo.trafficlight.getControlledLinks(light)):
        for source, _, _ in ways:
            if not source.startswith(":"):
                found.setdefault(source, []).append(link)
    return found
