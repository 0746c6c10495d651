"""The fastest way: A* over edges, so that every turn is known, in the time at which each is reached.

The bound that leads it is what each part costs at least under the present conditions: one run of Dijkstra from the goal over the
nodes (rustworkx), without regard to which turns are allowed.
"""

import heapq
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import rustworkx

from central.dispatch.network.model import Network, Permission
from central.dispatch.network.nearby import Place
from central.dispatch.route.costs import Conditions, Costs, Prices
from central.dispatch.route.errors import NoWay

_Turns = tuple[tuple[tuple[int, int], ...], ...]  # for each edge, the turns that may be taken and where they lead
_Label = tuple[float, float, float, int, int]  # cost with bound, cost, time, edge, turn that led here
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
        self._streets = _Streets(costs.network, costs.vehicle.permission)
        costs.under(Conditions())  # what it reads of the network once is read now, not when a call has come

    def under(self, conditions: Conditions) -> "Search":
        """The search under these conditions; share it until they change."""
        return Search(self.costs.under(conditions), self._streets)


class _Streets:
    """What stays the same whatever the traffic: the permitted turns of each edge; the nodes, joined against the direction of
    travel, each join by its edge; and as arrays each edge's head, each permitted turn and the edge that it leaves."""

    def __init__(self, network: Network, permission: Permission) -> None:
        self.network = network
        self.turns: _Turns = tuple(
            tuple((n, network.turns[n].target) for n in numbers if network.turns[n].permission & permission)
            for numbers in network.turns_from
        )
        self.backwards: rustworkx.PyDiGraph = rustworkx.PyDiGraph()
        self.backwards.add_nodes_from(range(len(network.nodes)))
        self.backwards.add_edges_from(
            [(edge.head, edge.tail, n) for n, edge in enumerate(network.edges) if edge.permission & permission]
        )
        self.heads = np.array([edge.head for edge in network.edges], dtype=np.int64)
        self.permitted = np.array([turn for ways in self.turns for turn, _ in ways], dtype=np.int64)
        self.leaves = np.array([edge for edge, ways in enumerate(self.turns) for _ in ways], dtype=np.int64)


class Search:
    """Finds ways under one picture of the traffic."""

    def __init__(self, prices: Prices, streets: _Streets) -> None:
        self.prices, self._streets, self._network = prices, streets, streets.network
        self._least_turn = np.full(len(self._network.edges), math.inf)
        np.minimum.at(self._least_turn, streets.leaves, prices.least_turns_s()[streets.permitted])
        self._weights: list[float] = (prices.least_edges_s() + self._least_turn).tolist()

    def fastest(self, start: Place, goal: Place) -> Route:
        """The fastest way; `NoWay` where there is none."""
        return self.timed(self.path(start, goal, self.bounds(goal), {}), start, goal)

    def bounds(self, goal: Place) -> list[float]:
        """For each edge, the least seconds from its end to the goal's edge; shared by searches to the same goal."""
        tail = self._network.edges[goal.edge].tail
        found = rustworkx.dijkstra_shortest_path_lengths(self._streets.backwards, tail, self._weights.__getitem__)
        node_s = np.full(len(self._network.nodes), math.inf)
        node_s[np.fromiter(found.keys(), np.int64, len(found))] = np.fromiter(found.values(), np.float64, len(found))
        node_s[tail] = 0.0
        bounds: list[float] = (self._least_turn + node_s[self._streets.heads]).tolist()
        return bounds

    def path(self, start: Place, goal: Place, bounds: list[float], dearer: Mapping[int, float]) -> tuple[int, ...]:
        """Turns of the way that costs least; edges in `dearer` cost so many times as much, without taking longer."""
        if start.edge == goal.edge and goal.offset_m >= start.offset_m:
            return ()
        goal_edge, prices, turns = goal.edge, self.prices, self._streets.turns
        first_s = self._part_s(start.edge, 0.0, start.offset_m, None)
        queue: list[_Label] = [(first_s + bounds[start.edge], first_s, first_s, start.edge, -1)]
        came_by: dict[int, int] = {}
        least: dict[int, float] = {}
        while queue:
            _, cost, at_s, edge, by = heapq.heappop(queue)
            if edge in came_by or math.isinf(cost):
                continue
            came_by[edge] = by
            if edge == _GOAL:
                return self._back(came_by)
            for turn, target in turns[edge]:
                if target == goal_edge:
                    heapq.heappush(queue, self._last(turn, cost, at_s, goal))
                turn_s = prices.turn_s(turn, at_s)
                edge_s = prices.edge_s(target, at_s + turn_s)
                new_cost = cost + (turn_s + edge_s) * dearer.get(target, 1.0)
                if new_cost + bounds[target] < least.get(target, math.inf):
                    least[target] = new_cost + bounds[target]
                    heapq.heappush(queue, (least[target], new_cost, at_s + turn_s + edge_s, target, turn))
        edges = self._network.edges
        raise NoWay(f"there is no way from {edges[start.edge].id} to {edges[goal.edge].id}; look at closures and permissions")

    def _last(self, turn: int, cost: float, at_s: float, goal: Place) -> "_Label":
        """The label of the goal, reached by this turn."""
        turn_s = self.prices.turn_s(turn, at_s)
        last_s = turn_s + self._part_s(goal.edge, at_s + turn_s, 0.0, goal.offset_m)
        return cost + last_s, cost + last_s, at_s + last_s, _GOAL, turn

    def timed(self, turns: tuple[int, ...], start: Place, goal: Place) -> Route:
        """The route along these turns, each part at the time at which it is reached."""
        last = start.edge if turns else None
        only_m = goal.offset_m if last is None else None
        at_s = self._part_s(start.edge, 0.0, start.offset_m, only_m)
        legs = [Leg(start.edge, None, 0.0, at_s, self._part_m(start.edge, start.offset_m, only_m))]
        for place, number in enumerate(turns):
            target = self._network.turns[number].target
            end_m = goal.offset_m if place == len(turns) - 1 else None
            turn_s = self.prices.turn_s(number, at_s)
            edge_s = self._part_s(target, at_s + turn_s, 0.0, end_m)
            legs.append(Leg(target, number, turn_s, edge_s, self._part_m(target, 0.0, end_m)))
            at_s += turn_s + edge_s
        return Route(tuple(legs))

    def _part_m(self, edge: int, from_m: float, to_m: float | None) -> float:
        whole_m = self._network.edges[edge].length_m
        return (whole_m if to_m is None else min(whole_m, to_m)) - from_m

    def _part_s(self, edge: int, at_s: float, from_m: float, to_m: float | None) -> float:
        seconds = self.prices.edge_s(edge, at_s)
        share = self._part_m(edge, from_m, to_m) / self._network.edges[edge].length_m
        if share == 0 or math.isinf(seconds):
            return 0.0 if share == 0 else math.inf
        waits_s = max(0.0, self.prices.opens_s.get(edge, 0.0) - at_s)
        return waits_s + (seconds - waits_s) * share

    def _back(self, came_by: Mapping[int, int]) -> tuple[int, ...]:
        """The turns that led to the goal, first to last."""
        turns: list[int] = []
        turn = came_by[_GOAL]
        while turn >= 0:
            turns.append(turn)
            turn = came_by[self._network.turns[turn].source]
        return tuple(reversed(turns))
