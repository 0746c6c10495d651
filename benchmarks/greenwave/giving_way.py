"""Others give way to the engine where no red light keeps them back, as the law has it (Road Traffic Safety Law 53).

Whoever has the right of way at a crossing that the engine comes to stops before it, if he can brake gently; who is too near
drives on. Nothing else is changed: the engine and those before it still cross only when SUMO's own rules find the crossing free.
It holds in every mode alike, and nowhere longer than `LONGEST_S`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

HEARD_M = 100.0
"""From the engine to the stop line, along its way."""
LONGEST_S = 60.0
"""Of one stop; then the crossing is as it always is until the engine has left it."""
_BRAKES_MPS2 = 3.0
_REACTS_S = 1.0
_LOOKS_BACK_M = 60.0
_RED = "ruy"
_FOR_EVER_S = 1e4


@dataclass(frozen=True, slots=True)
class _Link:
    source: str
    target: str


@dataclass(slots=True)
class _Heard:
    """A crossing that the engine comes to: since when, who stands for it."""

    since_s: float
    standing: set[str] = field(default_factory=set)


class GivingWay:
    """All others of a run; `step` once a simulation step. `stood_s` is what it cost them, added up."""

    def __init__(self, sumo: Any, engines: Sequence[str]) -> None:
        self._sumo, self._engines = sumo, engines
        self._heard: dict[str, dict[_Link, _Heard]] = {name: {} for name in engines}
        self._before = _lanes_before(sumo)
        self.stood_s = 0.0

    def step(self, now_s: float) -> None:
        """Who hears the engine stops, who heard it and sees it gone drives on."""
        for engine in self._engines:
            links = self._ahead(engine)
            heard = self._heard[engine]
            for link in heard.keys() - links:
                self._drive_on(heard.pop(link))
            for link in links:
                crossing = heard.setdefault(link, _Heard(now_s))
                if now_s - crossing.since_s > LONGEST_S:
                    self._drive_on(crossing)
                else:
                    self._stop(link, crossing)
        self.stood_s += self._standing() * float(self._sumo.simulation.getDeltaT())

    def _ahead(self, engine: str) -> set[_Link]:
        """Links of the lanes that the engine takes, as far as it is heard; within a crossing also those it came by."""
        sumo = self._sumo
        if engine not in sumo.vehicle.getIDList() or not (source := sumo.vehicle.getLaneID(engine)):
            return set()
        links = set(self._heard[engine]) if source.startswith(":") else set()
        left_m = sumo.lane.getLength(source) - sumo.vehicle.getLanePosition(engine)
        for target, *_ in sumo.vehicle.getNextLinks(engine):
            if left_m > HEARD_M:
                break
            if not source.startswith(":"):
                links.update(_Link(source, there) for there in self._open(source))
            source = target
            left_m += sumo.lane.getLength(source)
        return links

    def _open(self, lane: str) -> Iterable[str]:
        """Where the lane leads without a red light: whoever waits there before the engine keeps it standing too."""
        return [target for target, _, _, _, _, state, _, _ in self._sumo.lane.getLinks(lane) if state not in _RED]

    def _stop(self, link: _Link, crossing: _Heard) -> None:
        for lane in self._sumo.lane.getFoes(link.source, link.target):
            if not lane.startswith(":"):
                self._stop_on(lane, crossing)

    def _stop_on(self, lane: str, crossing: _Heard) -> None:
        """The first on this lane, or on those before it where it is short, who can still stop at its end."""
        vehicles, length_m = self._sumo.vehicle, float(self._sumo.lane.getLength(lane))
        reach = [(lane, 0.0)] + [(before, length_m) for before in self._before[lane] if length_m < _LOOKS_BACK_M]
        for here, beyond_m in reach:
            here_m = float(self._sumo.lane.getLength(here))
            for vehicle in reversed(self._sumo.lane.getLastStepVehicleIDs(here)):
                left_m = beyond_m + here_m - vehicles.getLanePosition(vehicle)
                if left_m > _LOOKS_BACK_M or vehicle in crossing.standing or vehicle in self._engines:
                    break
                speed_mps = vehicles.getSpeed(vehicle)
                if speed_mps**2 / (2 * _BRAKES_MPS2) + speed_mps * _REACTS_S < left_m and self._told(vehicle, lane, length_m):
                    crossing.standing.add(vehicle)
                    break

    def _told(self, vehicle: str, lane: str, at_m: float) -> bool:
        """Tell him to stop at the end of the lane; false where he does not come by or has business of his own before."""
        sumo = self._sumo
        if sumo.vehicle.getStops(vehicle, 1):
            return False
        edge, _, number = lane.rpartition("_")
        try:
            sumo.vehicle.setStop(vehicle, edge, at_m, int(number), _FOR_EVER_S)
        except sumo.TraCIException:
            return False
        return True

    def _drive_on(self, crossing: _Heard) -> None:
        vehicles = self._sumo.vehicle
        for vehicle in crossing.standing & set(vehicles.getIDList()):
            if vehicles.isStopped(vehicle):
                vehicles.resume(vehicle)
            elif vehicles.getStops(vehicle, 1):
                vehicles.replaceStop(vehicle, 0, "")
        crossing.standing.clear()

    def _standing(self) -> int:
        there = set(self._sumo.vehicle.getIDList())
        names = {vehicle for heard in self._heard.values() for crossing in heard.values() for vehicle in crossing.standing}
        return sum(self._sumo.vehicle.isStopped(vehicle) for vehicle in names & there)


def _lanes_before(sumo: Any) -> dict[str, list[str]]:
    """For each lane, those that lead into it."""
    found: dict[str, list[str]] = defaultdict(list)
    for lane in sumo.lane.getIDList():
        if not lane.startswith(":"):
            for target, *_ in sumo.lane.getLinks(lane):
                found[target].append(lane)
    return found
