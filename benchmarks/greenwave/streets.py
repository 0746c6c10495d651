"""What SUMO says about a way and the lights on it, read once a run."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from simulators.errors import JunctionError
from simulators.signals.junction import LampGroup
from simulators.signals.sumo.programme import SumoJunction, SumoPhase, junction_from_sumo

ENGINE_TYPE = "yuhang-engine"


@dataclass(frozen=True, slots=True)
class Controlled:
    """A lane's link at a light: its place in the light's states, and where it leads."""

    light: str
    link: int
    source: str
    target: str
    via: str


@dataclass(frozen=True)
class Light:
    """A light with at least two stages: what a controller of it knows."""

    name: str
    sumo_junction: SumoJunction
    phases: tuple[SumoPhase, ...]
    programme: str
    is_fixed: bool
    """Its cycle runs by the clock (not actuated)."""

    @cached_property
    def group_of(self) -> dict[int, int]:
        """Group of each link."""
        return {link: number for number, links in self.sumo_junction.links.items() for link in links}

    @cached_property
    def groups(self) -> dict[int, LampGroup]:
        """Groups by number."""
        return {group.number: group for group in self.sumo_junction.junction.groups}

    @cached_property
    def foes(self) -> tuple[tuple[int, ...], ...]:
        """For each link, those that the programme never lets go together with it."""
        pairs = self.sumo_junction.junction.conflicting()
        links = range(len(self.sumo_junction.red_letters))
        return tuple(
            tuple(other for other in links if frozenset({self.group_of[link], self.group_of[other]}) in pairs) for link in links
        )


@dataclass(frozen=True, slots=True)
class StopLine:
    """A light on the way. `links`: of the engine's turn; `lane_links`: of all movements of the lanes that it leaves from."""

    light: str
    edge: int
    """Place of its edge on the way."""
    at_m: float
    """Metres from the beginning of the way."""
    links: frozenset[int]
    lane_links: frozenset[int]
    lanes: tuple[str, ...]
    beyond_m: float
    """Where the engine has left the junction."""


@dataclass(frozen=True)
class Way:
    """A route with its stop lines; `begins_m` is the place of each edge along it, limits are its speed and that of the turn."""

    edges: tuple[str, ...]
    begins_m: tuple[float, ...]
    lengths_m: tuple[float, ...]
    limits_mps: tuple[float, ...]
    turn_limits_mps: tuple[float, ...]
    stop_lines: tuple[StopLine, ...]

    @property
    def length_m(self) -> float:
        return self.begins_m[-1] + self.lengths_m[-1]


class Streets:
    """Reads lights and ways from a running SUMO."""

    def __init__(self, sumo: Any) -> None:
        self._sumo = sumo
        self.lights: dict[str, Light] = {}
        self._by_lane: dict[str, list[Controlled]] = defaultdict(list)
        for name in sumo.trafficlight.getIDList():
            light = self._light(name)
            if light is None:
                continue
            self.lights[name] = light
            for link, ways in enumerate(sumo.trafficlight.getControlledLinks(name)):
                for source, target, via in ways:
                    self._by_lane[source].append(Controlled(name, link, source, target, via))

    def way(self, edges: tuple[str, ...]) -> Way:
        """The way along these edges."""
        begins, lengths, limits, turns, lines, at_m = [], [], [], [], [], 0.0
        for number, edge in enumerate(edges):
            begins.append(at_m)
            lengths.append(self._sumo.lane.getLength(f"{edge}_0"))
            limits.append(self._sumo.lane.getMaxSpeed(f"{edge}_0"))
            at_m += lengths[-1]
            if number + 1 == len(edges):
                break
            across_m, turn_mps = self._across(edge, edges[number + 1])
            turns.append(turn_mps)
            line = self._stop_line(edges, number, at_m, across_m)
            if line is not None:
                lines.append(line)
            at_m += across_m
        return Way(edges, tuple(begins), tuple(lengths), tuple(limits), tuple(turns), tuple(lines))

    def lanes(self, edge: str) -> tuple[str, ...]:
        """Lanes of an edge."""
        return tuple(f"{edge}_{number}" for number in range(self._sumo.edge.getLaneNumber(edge)))

    def _stop_line(self, edges: tuple[str, ...], number: int, at_m: float, across_m: float) -> StopLine | None:
        here, there = edges[number], edges[number + 1]
        turn = [c for lane in self.lanes(here) for c in self._by_lane[lane] if _edge(c.target) == there]
        if not turn:
            return None
        lanes = tuple(dict.fromkeys(c.source for c in turn))
        same = [c for lane in lanes for c in self._by_lane[lane] if c.light == turn[0].light]
        return StopLine(
            turn[0].light,
            number,
            at_m,
            frozenset(c.link for c in turn),
            frozenset(c.link for c in same),
            lanes,
            at_m + across_m,
        )

    def _across(self, here: str, there: str) -> tuple[float, float]:
        """Length and limit of the turn."""
        for lane in self.lanes(here):
            for target, _, _, _, via, _, _, length_m in self._sumo.lane.getLinks(lane):
                if _edge(target) == there and via:
                    return float(length_m), float(self._sumo.lane.getMaxSpeed(via))
        return 0.0, 13.9

    def _light(self, name: str) -> Light | None:
        lights = self._sumo.trafficlight
        programme = lights.getProgram(name)
        logic = next((found for found in lights.getAllProgramLogics(name) if found.programID == programme), None)
        if logic is None or not logic.phases:
            return None
        phases = tuple(SumoPhase(phase.state, phase.duration) for phase in logic.phases)
        links = lights.getControlledLinks(name)
        crossings = frozenset(
            n for n, ways in enumerate(links) if ways and (ways[0][0].startswith(":") or ways[0][1].startswith(":"))
        )
        try:
            return Light(name, junction_from_sumo(name, list(phases), crossings), phases, programme, logic.type == 0)
        except JunctionError:
            return None


def _edge(lane: str) -> str:
    return lane.rpartition("_")[0]


def add_engine_type(sumo: Any, *, blue: bool = False) -> None:
    """The engine: 8.6 m, 1.4 m/s2, a fifth over the limit, at most 25 m/s."""
    types = sumo.vehicletype
    types.copy("DEFAULT_VEHTYPE", ENGINE_TYPE)
    types.setVehicleClass(ENGINE_TYPE, "emergency")
    types.setLength(ENGINE_TYPE, 8.6)
    types.setAccel(ENGINE_TYPE, 1.4)
    types.setSpeedFactor(ENGINE_TYPE, 1.2)
    types.setSpeedDeviation(ENGINE_TYPE, 0.0)
    types.setMaxSpeed(ENGINE_TYPE, 25.0)
    types.setImperfection(ENGINE_TYPE, 0.0)
    if blue:
        types.setParameter(ENGINE_TYPE, "has.bluelight.device", "true")
