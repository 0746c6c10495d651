"""What an edge and a turn cost an engine, seconds, at a time that counts from now.

Every cost keeps order: who enters later never leaves earlier. So a search that settles the earliest arrival first is right.
What is seen now means less for later, and never less than `LEAST_MEANING` of it, so each cost has a lower bound for all times.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

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


Seconds = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Prices:
    """All costs under one picture of the traffic, by number of edge or turn, in plain lists: a search reads millions of them.

    An edge costs `free_s` and of `excess_s` what it still means when it is entered; `opens_s` are seconds until it opens. A turn
    costs `across_s` and what is left of `needed_s` (counted from now) when it is reached.
    """

    free_s: list[float]
    excess_s: list[float]
    opens_s: Mapping[int, float]
    across_s: list[float]
    needed_s: list[float]

    def edge_s(self, number: int, at_s: float) -> float:
        """An edge that is entered at `at_s`; one that opens later is waited for, and one that never opens costs infinity."""
        opens_s = self.opens_s.get(number)
        if opens_s is not None:
            waits_s = max(0.0, opens_s - at_s)
            return math.inf if math.isinf(waits_s) else waits_s + self._open_s(number, at_s + waits_s)
        return self._open_s(number, at_s)

    def turn_s(self, number: int, at_s: float) -> float:
        """A turn whose stop line is reached at `at_s`."""
        return self.across_s[number] + max(0.0, self.needed_s[number] - at_s)

    def least_edges_s(self) -> Seconds:
        """What each edge costs at least, whenever it is entered."""
        least = np.array(self.free_s) + LEAST_MEANING * np.array(self.excess_s)
        never = [number for number, opens_s in self.opens_s.items() if math.isinf(opens_s) and 0 <= number < len(least)]
        least[never] = math.inf
        return least

    def least_turns_s(self) -> Seconds:
        """What each turn costs at least, whenever it is reached."""
        return np.array(self.across_s)

    def _open_s(self, number: int, at_s: float) -> float:
        excess_s = self.excess_s[number]
        return self.free_s[number] + (excess_s * max(LEAST_MEANING, 2 ** (-at_s / HALF_LIFE_S)) if excess_s else 0.0)


@dataclass(frozen=True)
class Costs:
    """The costs of one vehicle. `steered`: signals that can be asked, with the seconds that a change of stage takes at most."""

    network: Network
    vehicle: Vehicle = field(default_factory=Vehicle)
    steered: Mapping[int, float] = field(default_factory=dict)

    def under(self, conditions: Conditions) -> Prices:
        """The prices under these conditions. What a steered signal needs to let the queue go has begun now."""
        excess, across, needed = np.zeros_like(self._free), self._across.copy(), np.zeros_like(self._across)
        known = [number for number in conditions.speeds_mps if 0 <= number < len(excess)]
        seen = np.maximum(_LEAST_MPS, np.array([conditions.speeds_mps[number] for number in known]))
        excess[known] = np.clip(self._lengths[known] / seen - self._free[known], 0.0, LONGEST_EXCESS_S)
        queue = np.zeros_like(self._free)
        for number, vehicles in conditions.queues.items():
            if 0 <= number < len(queue):
                queue[number] = vehicles * HEADWAY_S
        queue = queue[self._sources]
        asked = ~np.isnan(self._change) & ~np.isin(self._signals, np.array(sorted(conditions.refusing), dtype=np.int64))
        needed[asked] = self._change[asked] + START_UP_S + queue[asked]
        across[~asked] += self._red[~asked] + queue[~asked]
        return Prices(self._free.tolist(), excess.tolist(), conditions.closed_s, across.tolist(), needed.tolist())

    @cached_property
    def _lengths(self) -> Seconds:
        return np.array([edge.length_m for edge in self.network.edges], dtype=np.float64)

    @cached_property
    def _free(self) -> Seconds:
        speeds = [self.vehicle.speed_mps(edge.speed_mps) for edge in self.network.edges]
        return self._lengths / np.array(speeds, dtype=np.float64)

    @cached_property
    def _across(self) -> Seconds:
        return np.array([_across_s(turn) for turn in self.network.turns], dtype=np.float64)

    @cached_property
    def _red(self) -> Seconds:
        return np.array([_red_s(turn, self.network) for turn in self.network.turns], dtype=np.float64)

    @cached_property
    def _sources(self) -> NDArray[np.int64]:
        return np.array([turn.source for turn in self.network.turns], dtype=np.int64)

    @cached_property
    def _signals(self) -> NDArray[np.int64]:
        return np.array([-1 if turn.signal is None else turn.signal for turn in self.network.turns], dtype=np.int64)

    @cached_property
    def _change(self) -> Seconds:
        """By turn, the longest change of its signal; nan where it cannot be asked."""
        changes = (math.nan if turn.signal is None else self.steered.get(turn.signal, math.nan) for turn in self.network.turns)
        return np.fromiter(changes, dtype=np.float64)


def _across_s(turn: Turn) -> float:
    return turn.length_m / turn.speed_mps + (BACK_S if turn.direction is Direction.BACK else 0.0)


def _red_s(turn: Turn, network: Network) -> float:
    """Mean wait for green: red squared over twice the cycle; without a signal what giving way costs."""
    if turn.signal is None:
        return YIELD_S if turn.yields else 0.0
    signal = network.signals[turn.signal]
    if not signal.phases or not turn.links:
        return UNKNOWN_RED_S
    red_s = signal.cycle_s - signal.green_s(turn.links)
    return red_s**2 / (2 * signal.cycle_s)
