"""Origins and destinations: chosen by a fixed seed, at least 1.5 km and 4 signals apart."""

import math
import random
from dataclasses import dataclass
from typing import Any

from benchmarks.greenwave.streets import ENGINE_TYPE, Streets

LEAST_M = 1500.0
LEAST_SIGNALS = 4
_SEED = 20180611
_TRIES = 20000
_LEAST_APART_M = 700.0  # as the crow flies; spares most of the searches for a way


@dataclass(frozen=True, slots=True)
class Pair:
    """A trip: edges from start to end, the fastest way on an empty road."""

    number: int
    edges: tuple[str, ...]
    length_m: float
    signals: int


def choose(sumo: Any, streets: Streets, count: int, signals: int = LEAST_SIGNALS) -> tuple[Pair, ...]:
    """Up to `count` pairs, fewer where the network does not have them; the first ones are the same for every count."""
    chance = random.Random(_SEED)
    usable = [edge for edge in sorted(sumo.edge.getIDList()) if _usable(sumo, edge)]
    found: list[Pair] = []
    seen: set[tuple[str, ...]] = set()
    for _ in range(_TRIES if len(usable) > 1 else 0):
        if len(found) == count:
            break
        if _apart_m(sumo, *(ends := chance.sample(usable, 2))) < _LEAST_APART_M:
            continue
        edges = tuple(sumo.simulation.findRoute(*ends, ENGINE_TYPE).edges)
        if len(edges) < 2 or edges in seen:
            continue
        way = streets.way(edges)
        if way.length_m >= LEAST_M and len(way.stop_lines) >= signals:
            seen.add(edges)
            found.append(Pair(len(found), edges, round(way.length_m, 1), len(way.stop_lines)))
    return tuple(found)


def _apart_m(sumo: Any, one: str, other: str) -> float:
    return math.dist(sumo.lane.getShape(f"{one}_0")[0], sumo.lane.getShape(f"{other}_0")[-1])


def _usable(sumo: Any, edge: str) -> bool:
    if edge.startswith(":") or sumo.lane.getLength(f"{edge}_0") < 20:
        return False
    return any(
        _cars(sumo.lane.getAllowed(f"{edge}_{number}"), sumo.lane.getDisallowed(f"{edge}_{number}"))
        for number in range(sumo.edge.getLaneNumber(edge))
    )


def _cars(allowed: tuple[str, ...], disallowed: tuple[str, ...]) -> bool:
    return (
        ("passenger" in allowed and "emergency" in allowed)
        if allowed
        else "passenger" not in disallowed and "emergency" not in disallowed
    )
