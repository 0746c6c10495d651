"""The way of `ours`: the product's router, with the traffic of the last minutes as floating cars and loops would tell it."""

import math
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

from central.dispatch.network.model import Network, Permission
from central.dispatch.network.nearby import Place
from central.dispatch.network.sumo import read_sumo
from central.dispatch.route.costs import Conditions, Costs
from central.dispatch.route.replan import judge
from central.dispatch.route.search import Router
from yuhang.coordinates import Position

SEEN_S = 180.0
"""For which the speeds are averaged before the call."""
_CHANGE_S = 15.0  # of a signal, about; the plan knows each one's own
_SOMEWHERE = Position(30.27, 119.99)  # the router looks at lengths only


class Traffic:
    """Speeds and queues by edge, taken in once a step."""

    def __init__(self, sumo: Any, net: Path) -> None:
        self._sumo = sumo
        self.network: Network = read_sumo(net, _SOMEWHERE)
        self._lanes = {
            number: [f"{edge.id}_{n}" for n, lane in enumerate(edge.lanes) if lane.permission & Permission.EMERGENCY]
            for number, edge in enumerate(self.network.edges)
        }
        signalled = {turn.source for turn in self.network.turns if turn.signal is not None}
        self._signalled = signalled
        self._driven: dict[int, float] = defaultdict(float)
        self._vehicles: dict[int, float] = defaultdict(float)

    def see(self) -> None:
        """One step. Who stands before a signal is a queue there, and no slow road."""
        for number, lanes in self._lanes.items():
            for lane in lanes:
                count = self._sumo.lane.getLastStepVehicleNumber(lane)
                if count:
                    standing = self._sumo.lane.getLastStepHaltingNumber(lane) if number in self._signalled else 0
                    self._driven[number] += count * self._sumo.lane.getLastStepMeanSpeed(lane)
                    self._vehicles[number] += count - standing

    def way(self, edges: tuple[str, ...]) -> tuple[str, ...]:
        """These edges, or another way between their ends if it pays now, every signal being steered."""
        network = self.network
        start, goal = (network.edge_of[edge] for edge in (edges[0], edges[-1]))
        steered = dict.fromkeys(range(len(network.signals)), _CHANGE_S)
        search = Router(Costs(network, steered=steered)).under(self._conditions())
        ends = Place(start, 0.0), Place(goal, network.edges[goal].length_m)
        fastest = search.fastest(*ends)
        numbers = [network.edge_of[edge] for edge in edges]
        known = search.timed(tuple(network.turn_of[turn] for turn in pairwise(numbers)), *ends)
        verdict = judge(known.seconds, fastest.seconds, math.inf, same=known.edges == fastest.edges)
        return tuple(network.edges[edge].id for edge in fastest.edges) if verdict.changes else edges

    def _conditions(self) -> Conditions:
        speeds = {n: self._driven[n] / count for n, count in self._vehicles.items() if count > 0}
        queues = {
            n: float(max(self._sumo.lane.getLastStepHaltingNumber(lane) for lane in lanes))
            for n, lanes in self._lanes.items()
            if n in self._signalled and lanes
        }
        return Conditions(speeds, {n: count for n, count in queues.items() if count})
