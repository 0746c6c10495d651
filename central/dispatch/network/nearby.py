"""Where on the network a position lies: the nearest edge whose direction fits the heading."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from shapely import LineString, Point, STRtree

from central.dispatch.network.bearing import bearing_deg, turned_deg
from central.dispatch.network.model import Network, Permission
from central.dispatch.network.projection import FlatPlane
from yuhang.coordinates import Position

FARTHEST_M = 200.0
_METRES_PER_DEGREE_OFF = 0.5  # an edge in the opposite direction counts as 90 m farther away
_GRACE_DEG = 30.0  # a heading is not better than this
_LEAST_SHAPE_M = 0.01


@dataclass(frozen=True, slots=True)
class Place:
    """A point on an edge, `offset_m` from its start; `away_m` from the position that was asked for."""

    edge: int
    offset_m: float
    away_m: float = 0.0


class Nearby:
    """Finds places; built once a network and permission. Its plane is flat, so the network may span some 100 km."""

    def __init__(self, network: Network, permission: Permission) -> None:
        self._network = network
        latitudes = [node.position.latitude for node in network.nodes]
        longitudes = [node.position.longitude for node in network.nodes]
        self._plane = FlatPlane(Position(_middle(latitudes), _middle(longitudes)))
        self._numbers = [number for number, edge in enumerate(network.edges) if edge.permission & permission]
        self._lines = [self._line(number) for number in self._numbers]
        self._tree = STRtree(self._lines)

    def find(self, position: Position, heading_deg: float | None = None, farthest_m: float = FARTHEST_M) -> Place | None:
        """The best place within `farthest_m`, None where there is none. Without a heading the nearest edge counts."""
        return min(self._places(position, heading_deg, farthest_m), key=lambda found: found[0], default=(0.0, None))[1]

    def _places(self, position: Position, heading_deg: float | None, farthest_m: float) -> Iterator[tuple[float, Place]]:
        point = Point(self._plane.plane(position))
        for index in self._tree.query(point, predicate="dwithin", distance=farthest_m):
            number, line = self._numbers[int(index)], self._lines[int(index)]
            along_m, away_m = line.project(point), line.distance(point)
            edge = self._network.edges[number]
            off_deg = 0.0 if heading_deg is None else abs(turned_deg(heading_deg, self._heading(line, along_m)))
            cost_m = away_m + _METRES_PER_DEGREE_OFF * max(0.0, off_deg - _GRACE_DEG)
            yield cost_m, Place(number, min(edge.length_m, along_m * edge.length_m / line.length), away_m)

    def _line(self, number: int) -> LineString:
        points = [self._plane.plane(position) for position in self._network.edges[number].shape]
        if math.dist(points[0], points[-1]) < _LEAST_SHAPE_M and len(points) < 3:
            points[-1] = (points[-1][0] + _LEAST_SHAPE_M, points[-1][1])
        return LineString(points)

    def _heading(self, line: LineString, along_m: float) -> float:
        before, after = (line.interpolate(min(max(0.0, along_m + step), line.length)) for step in (-1.0, 1.0))
        return bearing_deg(*(self._plane.position(point.x, point.y) for point in (before, after)))


def _middle(values: list[float]) -> float:
    return (min(values) + max(values)) / 2
