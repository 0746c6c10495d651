"""The fastest way: A* over edges, so that every turn is known, in the time at which each is reached.

The bound that leads it is what each part costs at least under the present conditions: one run of Dijkstra from the goal over the
nodes (rustworkx), without regard to which turns are allowed.
"""

import heapq
import math
from collections.abc import Mapping
from dataclasses import dataclass

import rustworkx

from central.dispatch.network.nearby import Place
from central.dispatch.route.costs import Conditions, Costs
from central.dispatch.route.errors import NoWay

_Turns = tuple[tuple[tuple[int, int], ...], ...]  # for each edge, the turns that may be taken and where they lead
_GOAL = -1  # the goal as an edge of its own, since the way may pass the goal's edge from its far end


@dataclass(frozen=True, slots=True)
class Leg:
    """One edge of a route: the turn into it (None at the start), and seconds for turn and edge."""

    edge: int
    turn: int | None
    turn_s: float
    edge_s: float
    length_m: float


@dataclass(frozen=True, slots=True)
class Route:
    """A way from place to place."""

    legs: tuple[Leg, ...]

    @property
    def seconds(self) -> float:
        """Travel time."""
        return sum(leg.turn_s + leg.edge_s for leg in self.legs)

    @property
    def length_m(self) -> float:
        """Length on edges."""
        return sum(leg.length_m for leg in self.legs)

    @property
    def edges(self) -> tuple[int, ...]:
        """Its edges in order."""
        return tuple(leg.edge for leg in self.legs)


class Router:
    """Finds ways for one vehicle: built once a network, then `under` each new picture of the traffic."""

    def __init__(self, costs: Costs) -> None:
        self.costs = costs
        network, permission = costs.network, costs.vehicle.permission
        self._turns = tuple(
            tuple((n, network.turns[n].target) for n in numbers if network.turns[n].permission & permission)
            for numbers in network.turns_from
        )
        self._open = tuple(bool(edge.permission & permission) for edge in network.edges)

    def under(self, conditions: Conditions) -> "Search":
        """The search under these conditions; making it costs more than a search, so share it until they change."""
        return Search(self.costs, conditions, self._turns, self._open)


class Search:
    """Finds ways under one picture of the traffic."""

    def __init__(self, costs: Costs, conditions: Conditions, turns: _Turns, open_: tuple[bool, ...]) -> None:
        self.costs, self.conditions, self._turns = costs, conditions, turns
        network = costs.network
        self._least_turn_s = [min((costs.least_turn_s(n, conditions) for n, _ in ways), default=math.inf) for ways in turns]
        self._heads = [edge.head for edge in network.edges]
        weights = [costs.least_edge_s(number, conditions) + turn_s for number, turn_s in enumerate(self._least_turn_s)]
        self._backwards: rustworkx.PyDiGraph = rustworkx.PyDiGraph()
        self._backwards.add_nodes_from(range(len(network.nodes)))
        self._backwards.add_edges_from(
            [
                (edge.head, edge.tail, weights[number])
                for number, edge in enumerate(network.edges)
                if open_[number] and weights[number] < math.inf
            ]
        )

    def fastest(self, start: Place, goal: Place) -> Route:
        """The fastest way; `NoWay` where there is none."""
        return self.timed(self.path(start, goal, self.bounds(goal), {}), start, goal)

    def bounds(self, goal: Place) -> list[float]:
        """For each edge, the least seconds from its end to the goal's edge; shared by searches to the same goal."""
        tail = self.costs.network.edges[goal.edge].tail
        node_s = [math.inf] * len(self.costs.network.nodes)
        for node, seconds in rustworkx.dijkstra_shortest_path_lengths(self._backwards, tail, float).items():
            node_s[node] = seconds
        node_s[tail] = 0.0
        return [turn_s + node_s[head] for turn_s, head in zip(self._least_turn_s, self._heads, strict=True)]

    def path(self, start: Place, goal: Place, bounds: list[float], dearer: Mapping[int, float]) -> tuple[int, ...]:
        """Turns of the way that costs least; edges in `dearer` cost so many times as much, without taking longer."""
        if start.edge == goal.edge and goal.offset_m >= start.offset_m:
            return ()
        conditions, goal_edge = self.conditions, goal.edge
        first_s = self._part_s(start.edge, 0.0, start.offset_m, None)
        queue: list[tuple[float, float, float, int, int]] = [(first_s + bounds[start.edge], first_s, first_s, start.edge, -1)]
        came_by: dict[int, int] = {}
        while queue:
            _, cost, at_s, edge, by = heapq.heappop(queue)
            if edge in came_by:
                continue
            came_by[edge] = by
            if edge < 0:
                return self._back(came_by)
            for turn, target in self._turns[edge]:
                if target == goal_edge and _GOAL not in came_by:
                    turn_s = self.costs.turn_s(turn, conditions, at_s)
                    last_s = turn_s + self._part_s(target, at_s + turn_s, 0.0, goal.offset_m)
                    if last_s < math.inf:
                        heapq.heappush(queue, (cost + last_s, cost + last_s, at_s + last_s, _GOAL, turn))
                if target in came_by or bounds[target] == math.inf:
                    continue
                turn_s = self.costs.turn_s(turn, conditions, at_s)
                edge_s = self.costs.edge_s(target, conditions, at_s + turn_s)
                new_cost = cost + (turn_s + edge_s) * dearer.get(target, 1.0)
                if new_cost < math.inf:
                    heapq.heappush(queue, (new_cost + bounds[target], new_cost, at_s + turn_s + edge_s, target, turn))
        edges = self.costs.network.edges
        raise NoWay(f"there is no way from {edges[start.edge].id} to {edges[goal.edge].id}; look at closures and permissions")

    def timed(self, turns: tuple[int, ...], start: Place, goal: Place) -> Route:
        """The route along these turns, each part at the time at which it is reached."""
        last = start.edge if turns else None
        only_m = goal.offset_m if last is None else None
        at_s = self._part_s(start.edge, 0.0, start.offset_m, only_m)
        legs = [Leg(start.edge, None, 0.0, at_s, self._part_m(start.edge, start.offset_m, only_m))]
        for place, number in enumerate(turns):
            target = self.costs.network.turns[number].target
            end_m = goal.offset_m if place == len(turns) - 1 else None
            turn_s = self.costs.turn_s(number, self.conditions, at_s)
            edge_s = self._part_s(target, at_s + turn_s, 0.0, end_m)
            legs.append(Leg(target, number, turn_s, edge_s, self._part_m(target, 0.0, end_m)))
            at_s += turn_s + edge_s
        return Route(tuple(legs))

    def _part_m(self, edge: int, from_m: float, to_m: float | None) -> float:
        whole_m = self.costs.network.edges[edge].length_m
        return (whole_m if to_m is None else min(whole_m, to_m)) - from_m

    def _part_s(self, edge: int, at_s: float, from_m: float, to_m: float | None) -> float:
        seconds = self.costs.edge_s(edge, self.conditions, at_s)
        share = self._part_m(edge, from_m, to_m) / self.costs.network.edges[edge].length_m
        if share == 0 or math.isinf(seconds):
            return 0.0 if share == 0 else math.inf
        waits_s = max(0.0, self.conditions.closed_s.get(edge, 0.0) - at_s)
        return waits_s + (seconds - waits_s) * share

    def _back(self, came_by: Mapping[int, int]) -> tuple[int, ...]:
        """The turns that led to the goal, first to last."""
        turns: list[int] = []
        turn = came_by[_GOAL]
        while turn >= 0:
            turns.append(turn)
            turn = came_by[self.costs.network.turns[turn].source]
        return tuple(reversed(turns))
