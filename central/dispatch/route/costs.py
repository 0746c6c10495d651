"""What an edge and a turn cost an engine, seconds, at a time that counts from now.

Every cost keeps order: who enters later never leaves earlier. So a search that settles the earliest arrival first is right.
What is seen now means less for later, and never less than `LEAST_MEANING` of it, so each cost has a lower bound for all times.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from central.dispatch.network.model import Direction, Network, Permission, Turn

HEADWAY_S = 2.0  # between two vehicles of a queue that starts
START_UP_S = 2.0  # lost by the first of them
HALF_LIFE_S = 1800.0  # in which what is seen now has lost half its meaning for later
LEAST_MEANING = 0.5  # that it keeps
LONGEST_EXCESS_S = HALF_LIFE_S / math.log(2)  # more would let a later engine overtake an earlier one
UNKNOWN_RED_S = 15.0  # mean wait at a signal whose programme is not known
YIELD_S = 2.0
BACK_S = 10.0
_LEAST_MPS = 0.5


@dataclass(frozen=True, slots=True)
class Vehicle:
    """Who drives: a fire engine unless said otherwise. `speed_factor` is against the limit."""

    permission: Permission = Permission.EMERGENCY
    speed_factor: float = 1.2
    top_mps: float = 25.0

    def speed_mps(self, limit_mps: float) -> float:
        """Speed on a free road with this limit."""
        return min(self.top_mps, limit_mps * self.speed_factor)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What is known now. Edges and signals by number.

    `speeds_mps`: seen on the edge; `queues`: vehicles a lane at its stop line; `closed_s`: seconds until it opens (inf: never);
    `refusing`: signals that do not do what is asked of them.
    """

    speeds_mps: Mapping[int, float] = field(default_factory=dict)
    queues: Mapping[int, float] = field(default_factory=dict)
    closed_s: Mapping[int, float] = field(default_factory=dict)
    refusing: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Costs:
    """The costs of one vehicle. `steered`: signals that can be asked, with the seconds that a change of stage takes at most."""

    network: Network
    vehicle: Vehicle = field(default_factory=Vehicle)
    steered: Mapping[int, float] = field(default_factory=dict)

    def free_edge_s(self, number: int) -> float:
        """An edge with nobody on it."""
        edge = self.network.edges[number]
        return edge.length_m / self.vehicle.speed_mps(edge.speed_mps)

    def least_edge_s(self, number: int, conditions: Conditions) -> float:
        """What an edge costs at least, whenever it is entered."""
        if math.isinf(conditions.closed_s.get(number, 0.0)):
            return math.inf
        return self.free_edge_s(number) + LEAST_MEANING * self._excess_s(number, conditions)

    def least_turn_s(self, number: int, conditions: Conditions) -> float:
        """What a turn costs at least, whenever it is reached."""
        return self.turn_s(number, conditions, math.inf)

    def edge_s(self, number: int, conditions: Conditions, at_s: float) -> float:
        """An edge that is entered at `at_s`; one that opens later is waited for."""
        waits_s = max(0.0, conditions.closed_s.get(number, 0.0) - at_s)
        if math.isinf(waits_s):
            return math.inf
        return waits_s + self.free_edge_s(number) + self._excess_s(number, conditions) * _meaning(at_s + waits_s)

    def turn_s(self, number: int, conditions: Conditions, at_s: float) -> float:
        """A turn whose stop line is reached at `at_s`. What a steered signal needs to let the queue go has begun now."""
        turn = self.network.turns[number]
        queue_s = conditions.queues.get(turn.source, 0.0) * HEADWAY_S
        if turn.signal is not None and turn.signal in self.steered and turn.signal not in conditions.refusing:
            needed_s = self.steered[turn.signal] + START_UP_S + queue_s
            return self._across_s(turn) + max(0.0, needed_s - at_s)
        return self._across_s(turn) + self._red_s(turn) + queue_s

    def _excess_s(self, number: int, conditions: Conditions) -> float:
        seen_mps = conditions.speeds_mps.get(number)
        if seen_mps is None:
            return 0.0
        slow_s = self.network.edges[number].length_m / max(_LEAST_MPS, seen_mps) - self.free_edge_s(number)
        return min(max(0.0, slow_s), LONGEST_EXCESS_S)

    def _across_s(self, turn: Turn) -> float:
        seconds = turn.length_m / turn.speed_mps
        return seconds + (BACK_S if turn.direction is Direction.BACK else 0.0)

    def _red_s(self, turn: Turn) -> float:
        """Mean wait for green: red squared over twice the cycle; without a signal what giving way costs."""
        if turn.signal is None:
            return YIELD_S if turn.yields else 0.0
        signal = self.network.signals[turn.signal]
        if not signal.phases or not turn.links:
            return UNKNOWN_RED_S
        red_s = signal.cycle_s - signal.green_s(turn.links)
        return red_s**2 / (2 * signal.cycle_s)


def _meaning(at_s: float) -> float:
    return max(LEAST_MEANING, 2 ** (-at_s / HALF_LIFE_S))
