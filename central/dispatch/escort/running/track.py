"""An engine's way as metres from its beginning: where a position lies on it, when each stop line is reached."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from central.dispatch.controllers.config import JunctionConfig
from central.dispatch.controllers.model import JunctionModel
from central.dispatch.escort.roads import Way
from central.dispatch.network.model import Direction, Network, Turn
from central.dispatch.network.nearby import Place
from central.dispatch.plan import way as plan
from central.dispatch.plan.way import StopLine
from central.dispatch.route.costs import Vehicle

PASSED_M = 3.0  # beyond the stop line
BACKWARDS_M = 60.0  # a position may lie so far behind where the engine was thought to be


@dataclass(frozen=True, slots=True)
class Light:
    """A signalled stop line on the way, planned to be reached `planned_s` after its beginning; `signal` by number."""

    line: StopLine
    signal: int
    planned_s: float


@dataclass(frozen=True, slots=True)
class Step:
    """One line of turn-by-turn: after `at_m` it goes `direction` into `road`."""

    at_m: float
    direction: Direction
    road: str


@dataclass(frozen=True)
class Track:
    """A way on a network. `junctions` by the network's name of the signal."""

    network: Network
    way: Way
    junctions: Mapping[str, JunctionConfig]

    @cached_property
    def starts_m(self) -> tuple[float, ...]:
        """For each leg, where it begins; the way across the junction before it counts to it."""
        return (0.0, *accumulate(self._leg_m))[:-1]

    @cached_property
    def starts_s(self) -> tuple[float, ...]:
        """For each leg, when it begins."""
        return (0.0, *accumulate(leg.turn_s + leg.edge_s for leg in self.way.route.legs))[:-1]

    @cached_property
    def length_m(self) -> float:
        """The whole, with the ways across junctions."""
        return sum(self._leg_m)

    @cached_property
    def lights(self) -> tuple[Light, ...]:
        """Signals on the way, in order. One that no junction of the site stands for has no movement and is never asked."""
        found = []
        for leg, at_m, at_s in zip(self.way.route.legs, self.starts_m, self.starts_s, strict=True):
            turn = None if leg.turn is None else self.network.turns[leg.turn]
            if turn is not None and turn.signal is not None:
                found.append(Light(self._line(turn, turn.signal, at_m), turn.signal, at_s))
        return tuple(found)

    def plan_way(self, models: Mapping[str, JunctionModel]) -> plan.Way:
        """As the plan of the green wave sees it."""
        vehicle = Vehicle()
        stretches = []
        for leg, length_m in zip(self.way.route.legs, self._leg_m, strict=True):
            free_mps = vehicle.speed_mps(self.network.edges[leg.edge].speed_mps)
            stretches.append(plan.Stretch(max(length_m, 0.1), free_mps))
        return plan.Way(tuple(stretches), tuple(light.line for light in self.lights), models)

    def _line(self, turn: Turn, signal: int, at_m: float) -> StopLine:
        name = self.network.signals[signal].id
        junction = self.junctions.get(name)
        if junction is None:
            return StopLine(name, at_m, at_m + turn.length_m, frozenset(), frozenset())
        lanes = {lane.source_lane for lane in turn.lanes}
        beside = [self.network.turns[number] for number in self.network.turns_from[turn.source]]
        links = frozenset(
            lane.link for other in beside for lane in other.lanes if lane.source_lane in lanes and lane.link is not None
        )
        return StopLine(junction.id, at_m, at_m + turn.length_m, junction.groups_of(turn.links), junction.groups_of(links))

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Turn by turn; going straight on along the same road is no step."""
        found, edges = [], self.network.edges
        for leg, at_m in zip(self.way.route.legs, self.starts_m, strict=True):
            if leg.turn is None:
                continue
            turn = self.network.turns[leg.turn]
            if turn.direction is not Direction.STRAIGHT or edges[turn.source].name != edges[turn.target].name:
                found.append(Step(at_m, turn.direction, edges[turn.target].name))
        return tuple(found)

    def at_m(self, place: Place, near_m: float) -> float | None:
        """Where on the way a place lies, the nearest to `near_m`; None where it lies beside the way or far behind."""
        found = [
            start_m + self._across_m(number) + place.offset_m - (self.way.start.offset_m if number == 0 else 0.0)
            for number, (leg, start_m) in enumerate(zip(self.way.route.legs, self.starts_m, strict=True))
            if leg.edge == place.edge
        ]
        ahead = [at_m for at_m in found if at_m >= near_m - BACKWARDS_M]
        return min(ahead, key=lambda at_m: abs(at_m - near_m), default=None)

    def seconds_to(self, at_m: float) -> float:
        """Seconds from the beginning to a place, as planned."""
        if at_m >= self.length_m:
            return self.way.route.seconds
        number = max(0, bisect_right(self.starts_m, at_m) - 1)
        leg, whole_m = self.way.route.legs[number], self._leg_m[number]
        share = (at_m - self.starts_m[number]) / whole_m if whole_m else 0.0
        return self.starts_s[number] + share * (leg.turn_s + leg.edge_s)

    @cached_property
    def _leg_m(self) -> tuple[float, ...]:
        return tuple(leg.length_m + self._across_m(number) for number, leg in enumerate(self.way.route.legs))

    def _across_m(self, number: int) -> float:
        turn = self.way.route.legs[number].turn
        return 0.0 if turn is None else self.network.turns[turn].length_m
