"""How far it is on foot: shortest ways in the network of footpaths. Pure; the network is handed in."""

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import rustworkx
import shapely

from yuhang.coordinates import EARTH_RADIUS_M, Position, distance_m

DETOUR = 1.3  # ways on foot are about this much longer than the straight line where no footpath is known
MAX_ACCESS_M = 300.0  # a place farther than this from every footpath is not on the network


@dataclass(frozen=True, slots=True)
class Edge:
    """A footpath between two points by their names."""

    start: str
    end: str
    metres: float


@dataclass(frozen=True, slots=True)
class Walk:
    """A way on foot; `estimated`: from the straight line, because the network does not reach."""

    metres: float
    estimated: bool


class FootpathNetwork:
    """Shortest ways on foot between places near the network."""

    def __init__(self, nodes: Mapping[str, Position], edges: Iterable[Edge]) -> None:
        self._positions = list(nodes.values())
        self._graph: rustworkx.PyGraph = rustworkx.PyGraph(multigraph=False)
        index = dict(zip(nodes, self._graph.add_nodes_from(list(nodes)), strict=True))
        self._graph.add_edges_from([(index[edge.start], index[edge.end], edge.metres) for edge in edges])
        self._origin = self._positions[0] if self._positions else Position(0.0, 0.0)
        self._tree = shapely.STRtree([self._flat(position) for position in self._positions])

    def walks(self, start: Position, targets: Sequence[Position]) -> tuple[Walk, ...]:
        """The way on foot from `start` to each target."""
        entry = self._entry(start)
        if entry is None:
            return tuple(Walk(distance_m(start, target) * DETOUR, estimated=True) for target in targets)
        lengths = rustworkx.dijkstra_shortest_path_lengths(self._graph, entry, float)
        return tuple(self._walk(start, entry, target, lengths) for target in targets)

    def _walk(self, start: Position, entry: int, target: Position, lengths: Mapping[int, float]) -> Walk:
        leave = self._entry(target)
        if leave is None or (leave != entry and leave not in lengths):
            return Walk(distance_m(start, target) * DETOUR, estimated=True)
        between = 0.0 if leave == entry else lengths[leave]
        access = distance_m(start, self._positions[entry]) + distance_m(target, self._positions[leave])
        return Walk(between + access, estimated=False)

    def _entry(self, position: Position) -> int | None:
        """Index of the nearest point of the network, or None where it is too far away."""
        if not self._positions:
            return None
        nearest = int(self._tree.nearest(self._flat(position)))
        return nearest if distance_m(position, self._positions[nearest]) <= MAX_ACCESS_M else None

    def _flat(self, position: Position) -> shapely.Point:
        """Metres east and north of the network's first point: good enough to find what is nearest within a city."""
        east = math.radians(position.longitude - self._origin.longitude) * math.cos(math.radians(self._origin.latitude))
        return shapely.Point(east * EARTH_RADIUS_M, math.radians(position.latitude - self._origin.latitude) * EARTH_RADIUS_M)


def network_from_lines(lines: Iterable[Sequence[Position]]) -> tuple[dict[str, Position], list[Edge]]:
    """Points and footpaths of lines: lines that share a coordinate (to about 0.1 m) are connected there."""
    nodes: dict[str, Position] = {}
    edges: dict[tuple[str, str], Edge] = {}
    for line in lines:
        names = [_name(position) for position in line]
        nodes.update(zip(names, line, strict=True))
        for start, end in itertools.pairwise(names):
            if start != end:
                key = min(start, end), max(start, end)
                edges[key] = Edge(*key, distance_m(nodes[start], nodes[end]))
    return nodes, list(edges.values())


def _name(position: Position) -> str:
    return f"{position.latitude:.6f},{position.longitude:.6f}"
