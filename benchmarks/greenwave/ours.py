"""The mode `ours`: the product's plan and the product's lease, before a box that takes stages only, as real controllers do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.greenwave.box import GREEN, Box
from benchmarks.greenwave.modes import Position
from benchmarks.greenwave.streets import ENGINE_TYPE, Light, Streets
from benchmarks.greenwave.streets import Way as SumoWay
from central.dispatch.controllers.lease import Lease, OrderKind
from central.dispatch.controllers.model import GroupKind, JunctionModel, LampGroup, Stage
from central.dispatch.controllers.request import PriorityClass, PriorityRequest, RequestState
from central.dispatch.controllers.state import Control, Lamp, SignalState
from central.dispatch.plan.picture import Engine, Junction, Picture, Traffic
from central.dispatch.plan.several import agree
from central.dispatch.plan.wave import NOBODY, replan
from central.dispatch.plan.way import StopLine, Stretch, Way
from central.dispatch.plan.wishes import Claim, Decision

_LAMPS = {"G": Lamp.GREEN, "g": Lamp.GREEN, "y": Lamp.YELLOW, "u": Lamp.RED_YELLOW, "o": Lamp.YELLOW_FLASH, "O": Lamp.OFF}
_STANDING_MPS = 1.0
_ROOM_LOOKED_M = 100.0
_SPEED_FACTOR, _TOP_MPS = 1.2, 25.0


Look = Callable[[str, float, str], Junction]
"""A junction by name, now, for a task: what it shows, and what became of the task's request."""


class Ours:
    """All engines of a run."""

    def __init__(self, sumo: Any, ways: Sequence[SumoWay], boxes: Mapping[str, Box], streets: Streets) -> None:
        lights = {name: box.light for name, box in boxes.items()}
        self._doors = {name: _Door(box) for name, box in boxes.items()}
        self._engines = [Planned(sumo, way, lights, streets, f"task-{number}") for number, way in enumerate(ways)]
        self.note = ""

    def step(self, now_s: float, positions: Sequence[Position | None]) -> None:
        """See `Mode`."""
        claims, notes = [], []
        for engine, position in zip(self._engines, positions, strict=True):
            if position is not None:
                claims.append(engine.claim(now_s, position, self._junction))
                notes.append(engine.note)
        self.note = " || ".join(notes)
        wishes: dict[str, list[tuple[str, Decision]]] = {}
        for claim in agree(claims):
            for decision in claim.decisions:
                if decision.asks:
                    wishes.setdefault(decision.junction, []).append((claim.task, decision))
        for name, door in self._doors.items():
            door.step(now_s, dict(wishes.get(name, ())))

    def _junction(self, name: str, now_s: float, task: str) -> Junction:
        return self._doors[name].junction(now_s, task)


class Planned:
    """One engine: its plan's memory, and what can be seen before it."""

    def __init__(self, sumo: Any, way: SumoWay, lights: Mapping[str, Light], streets: Streets, task: str) -> None:
        self._sumo, self._sumo_way, self._task = sumo, way, task
        own = {line.light: lights[line.light] for line in way.stop_lines}
        self._way = plan_way(way, own)
        self._links = _links(way, streets)
        self._memory = NOBODY
        self.note = ""

    def claim(self, now_s: float, position: Position, look: Look) -> Claim:
        """What the plan wants this second."""
        picture = self._picture(now_s, position, look)
        plan = replan(self._way, picture, self._memory)
        self._memory = plan.memory
        self.note = " ".join(
            f"{d.number}:{d.stage}/{d.reason}/{d.earliest_s:.0f}-{d.latest_s:.0f}/{t.vehicles:.0f},{t.standing:.0f},{t.room_m:.0f}"
            f"{picture.junctions[d.junction].reason and '!'}{picture.junctions[d.junction].reason}"
            for d in plan.decisions
            for t in [picture.traffic[d.number]]
        )
        return Claim(self._task, PriorityClass.FIRE, plan.decisions)

    def _picture(self, now_s: float, position: Position, look: Look) -> Picture:
        engine = Engine(position.at_m, position.speed_mps)
        traffic = tuple(
            self._traffic(number, position) if line.at_m >= position.at_m else Traffic(room_m=0.0)
            for number, line in enumerate(self._way.stop_lines)
        )
        seen = {name: look(name, now_s, self._task) for name in self._way.models}
        return Picture(now_s, engine, traffic, seen)

    def _traffic(self, number: int, position: Position) -> Traffic:
        """What stands and drives between the engine and this stop line; the lane that has the most counts."""
        vehicles = standing = 0.0
        for begins_m, lanes in self._links[number]:
            ahead = [self._ahead(lane, position.at_m - begins_m) for lane in lanes]
            vehicles += max(len(speeds) for speeds in ahead)
            standing += max(sum(speed < _STANDING_MPS for speed in speeds) for speeds in ahead)
        return Traffic(vehicles, standing, self._room_m(number))

    def _ahead(self, lane: str, beyond_m: float) -> list[float]:
        sumo = self._sumo
        found = sumo.lane.getLastStepVehicleIDs(lane)
        return [
            sumo.vehicle.getSpeed(vehicle)
            for vehicle in found
            if sumo.vehicle.getLanePosition(vehicle) > beyond_m and sumo.vehicle.getTypeID(vehicle) != ENGINE_TYPE
        ]

    def _room_m(self, number: int) -> float:
        """Free metres along the way behind the junction before the first that stands there, as far as is looked."""
        way = self._sumo_way
        room_m = 0.0
        for edge in way.edges[way.stop_lines[number].edge + 1 :]:
            free_m, is_free = self._free_m(edge)
            room_m += free_m
            if not is_free or room_m > _ROOM_LOOKED_M:
                return room_m
        return room_m + _ROOM_LOOKED_M

    def _free_m(self, edge: str) -> tuple[float, bool]:
        """Metres before the first standing vehicle, in the lane that has the most; whether nobody stands there."""
        sumo, most_m, length_m = self._sumo, 0.0, 0.0
        for lane in self._lanes(edge):
            length_m = free_m = float(sumo.lane.getLength(lane))
            for vehicle in sumo.lane.getLastStepVehicleIDs(lane):
                if sumo.vehicle.getSpeed(vehicle) < _STANDING_MPS and sumo.vehicle.getTypeID(vehicle) != ENGINE_TYPE:
                    free_m = min(free_m, sumo.vehicle.getLanePosition(vehicle) - sumo.vehicle.getLength(vehicle))
            most_m = max(most_m, free_m)
        return most_m, most_m >= length_m

    def _lanes(self, edge: str) -> list[str]:
        return [f"{edge}_{number}" for number in range(self._sumo.edge.getLaneNumber(edge))]


class _Door:
    """One junction: the lease before its box."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self._lease = Lease(junction_model(box.light))
        self._asked: dict[str, PriorityRequest] = {}
        self._count = 0

    def junction(self, now_s: float, task: str) -> Junction:
        """What it shows and what became of this task's request."""
        asked = self._asked.get(task)
        ack = None if asked is None else self._lease.status(asked.id)
        state = _state(self._box, now_s)
        return Junction(state) if ack is None else Junction(state, ack.state, ack.reason)

    def step(self, now_s: float, wishes: Mapping[str, Decision]) -> None:
        """Ask, renew or cancel for each task, and pass on what the lease orders."""
        lease = self._lease
        for task, asked in list(self._asked.items()):
            wish = wishes.get(task)
            if wish is None or wish.stage != asked.stage:
                lease.cancel(asked.id)
                del self._asked[task]
        for task, wish in wishes.items():
            self._wish(now_s, task, wish)
        lease.read(self._reading(now_s))
        order = lease.decide(now_s, lambda _: True)
        if order.kind is OrderKind.CALL and order.request is not None:
            self._box.ask(self._box.stages[order.request.stage])
            lease.answered(order, taken=True)
        elif order.kind is OrderKind.GIVE_BACK:
            self._box.give_back()
        for task, asked in list(self._asked.items()):
            ack = lease.status(asked.id)
            if ack is not None and ack.state in (RequestState.MAX_PRESENCE, RequestState.RELEASED):
                del self._asked[task]

    def _wish(self, now_s: float, task: str, wish: Decision) -> None:
        soonest = datetime.fromtimestamp(now_s + wish.earliest_s, UTC)
        latest = soonest + timedelta(seconds=wish.latest_s - wish.earliest_s)
        asked = self._asked.get(task)
        if asked is not None:
            self._asked[task] = asked.renewed(soonest, latest)
            self._lease.renew(self._asked[task], now_s)
        elif wish.stage is not None:
            self._count += 1
            name = f"{task}/{self._count}"
            self._asked[task] = PriorityRequest(name, task, PriorityClass.FIRE, wish.stage, soonest, latest)
            self._lease.ask(self._asked[task], now_s, live=True)

    def _reading(self, now_s: float) -> SignalState:
        """For the lease, which judges lamps: those of SUMO's own programme are not held against anybody."""
        state = _state(self._box, now_s)
        return state if self._box.is_ours else replace(state, lamps=dict.fromkeys(state.lamps, Lamp.UNKNOWN))


def junction_model(light: Light) -> JunctionModel:
    """The light as a site's configuration would describe it."""
    junction = light.sumo_junction.junction
    groups = [
        LampGroup(
            group.number,
            GroupKind.VEHICLE if group.is_vehicle else GroupKind.PEDESTRIAN,
            group.min_green_s,
            max(3.0, group.yellow_s),
            group.red_clearance_s,
            0.0 if group.is_vehicle else group.green_flash_s,
        )
        for group in junction.groups
    ]
    stages = [Stage(stage.number, frozenset(stage.groups)) for stage in junction.stages]
    model = JunctionModel.of(light.name, groups, stages, junction.conflicting())
    return JunctionModel(model.junction, model.groups, model.stages, model.conflicts, keeps_minimum_green=True)


def plan_way(way: SumoWay, lights: Mapping[str, Light]) -> Way:
    """The way in the plan's words."""
    stretches = []
    for number, length_m in enumerate(way.lengths_m):
        stretches.append(Stretch(length_m, min(_TOP_MPS, way.limits_mps[number] * _SPEED_FACTOR)))
        if number + 1 < len(way.edges):
            across_m = way.begins_m[number + 1] - way.begins_m[number] - length_m
            if across_m > 0:
                stretches.append(Stretch(across_m, min(_TOP_MPS, way.turn_limits_mps[number] * _SPEED_FACTOR)))
    lines = []
    for line in way.stop_lines:
        light = lights[line.light]
        yields = {
            n for n, letters in light.sumo_junction.green_letters.items() if any(letters[link] == "g" for link in line.links)
        }
        lines.append(
            StopLine(
                line.light,
                line.at_m,
                line.beyond_m + _ENGINE_M,
                frozenset(light.group_of[link] for link in line.links),
                frozenset(light.group_of[link] for link in line.lane_links),
                frozenset(yields),
            )
        )
    return Way(tuple(stretches), tuple(lines), {name: junction_model(light) for name, light in lights.items()})


_ENGINE_M = 8.6


def _state(box: Box, now_s: float) -> SignalState:
    lamps = {number: _LAMPS.get(box.letters[links[0]], Lamp.RED) for number, links in box.light.sumo_junction.links.items()}
    greens = [box.ages[link] for link, letter in enumerate(box.letters) if letter in GREEN]
    control = Control.OURS if box.is_ours and box.wish is not None else Control.PROGRAMME
    return SignalState(lamps, control, now_s, box.stage(), min(greens, default=None))


def _links(way: SumoWay, streets: Streets) -> list[list[tuple[float, tuple[str, ...]]]]:
    """For each stop line, the edges from the one before up to it: where each begins, and its lanes."""
    found, first = [], 0
    for line in way.stop_lines:
        edges = range(first, line.edge + 1)
        found.append([(way.begins_m[n], line.lanes if n == line.edge else streets.lanes(way.edges[n])) for n in edges])
        first = line.edge + 1
    return found
