"""A road network from an OpenStreetMap extract (`.osm` XML, plain or gzip), with its turn restrictions.

Ways are cut where they meet and where signals stand. OpenStreetMap knows no programmes, so signals come without phases.
Restrictions over a way (`via` a way) and with hours are left out: they forbid less than they say.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from central.dispatch.network.bearing import bearing_deg, turned_deg
from central.dispatch.network.elements import Element, elements
from central.dispatch.network.errors import NetworkError
from central.dispatch.network.model import Direction, Edge, Lane, LaneLink, Network, Node, Permission, Signal, Turn
from central.dispatch.network.osm_roads import Road, road_of
from yuhang.coordinates import Position, distance_m

_STRAIGHT_DEG = 40.0
_BACK_DEG = 150.0
_LEAST_M = 0.1
_ACROSS_MPS = 8.0  # on the way across a junction


@dataclass(slots=True)
class _Thing:
    """A node, way or relation with what stands inside it."""

    element: Element
    tags: dict[str, str] = field(default_factory=dict)
    points: list[str] = field(default_factory=list)
    members: dict[str, Element] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Way:
    thing: _Thing
    road: Road

    @property
    def id(self) -> str:
        return self.thing.element.text("id")


@dataclass(slots=True)
class _Map:
    """What the file says, as far as vehicles care."""

    positions: dict[str, Position] = field(default_factory=dict)
    signals: set[str] = field(default_factory=set)
    ways: list[_Way] = field(default_factory=list)
    restrictions: list[_Thing] = field(default_factory=list)

    def take(self, thing: _Thing) -> None:
        match thing.element.name:
            case "node":
                name = thing.element.text("id")
                self.positions[name] = Position(thing.element.number("lat"), thing.element.number("lon"))
                if thing.tags.get("highway") == "traffic_signals":
                    self.signals.add(name)
            case "way":
                road = road_of(thing.tags)
                if road is not None and len(thing.points) > 1:
                    self.ways.append(_Way(thing, road))
            case "relation" if thing.tags.get("type") == "restriction" and "restriction" in thing.tags:
                self.restrictions.append(thing)


def read_osm(path: Path) -> Network:
    """The network in `path`; raises `NetworkError`."""
    found = _Map()
    for thing in _things(elements(path)):
        found.take(thing)
    if not found.ways:
        raise NetworkError(f"{path}: has no way that a vehicle may use; export the area with its highways")
    return _Builder(path, found).network()


def _things(stream: Iterable[Element]) -> Iterator[_Thing]:
    thing: _Thing | None = None
    for element in stream:
        if element.depth == 0 and element.name != "osm":
            element.fail("is not OpenStreetMap's <osm>; give a .osm file")
        if element.depth == 1:
            if thing is not None:
                yield thing
            thing = _Thing(element) if element.name in ("node", "way", "relation") else None
        elif thing is not None:
            _put_in(thing, element)
    if thing is not None:
        yield thing


def _put_in(thing: _Thing, element: Element) -> None:
    match element.name:
        case "tag":
            thing.tags[element.text("k")] = element.text("v")
        case "nd":
            thing.points.append(element.text("ref"))
        case "member":
            thing.members.setdefault(element.attributes.get("role", ""), element)


class _Builder:
    def __init__(self, path: Path, found: _Map) -> None:
        self._path, self._map = path, found
        self._nodes: dict[str, int] = {}
        self._edges: list[Edge] = []
        self._way_of: list[str] = []
        self._minor: list[bool] = []
        self._twin: dict[int, int] = {}

    def network(self) -> Network:
        cuts = self._cuts()
        for way in self._map.ways:
            self._cut(way, cuts)
        nodes = tuple(Node(name, self._map.positions[name]) for name in self._nodes)
        signals = tuple(sorted(self._map.signals & self._nodes.keys()))
        turns = tuple(self._turns({name: number for number, name in enumerate(signals)}))
        return Network(self._path.name, nodes, tuple(self._edges), turns, tuple(Signal(name) for name in signals))

    def _cuts(self) -> set[str]:
        """Points at which ways are cut: ends, meetings, signals."""
        uses = Counter(point for way in self._map.ways for point in way.thing.points)
        ends = {point for way in self._map.ways for point in (way.thing.points[0], way.thing.points[-1])}
        return ends | self._map.signals | {point for point, count in uses.items() if count > 1}

    def _cut(self, way: _Way, cuts: set[str]) -> None:
        points = way.thing.points
        missing = next((point for point in points if point not in self._map.positions), None)
        if missing is not None:
            way.thing.element.fail(f"uses the node {missing}, which is not in the file; export the area with complete ways")
        start = 0
        for end in range(1, len(points)):
            if points[end] in cuts:
                self._add(way, points[start : end + 1], start)
                start = end

    def _add(self, way: _Way, points: list[str], start: int) -> None:
        shape = tuple(self._map.positions[point] for point in points)
        forward = backward = None
        if way.road.forward:
            forward = self._edge(way, f"{way.id}#{start}", points, shape, way.road.lanes_forward)
        if way.road.both_ways:
            backward = self._edge(way, f"-{way.id}#{start}", points[::-1], shape[::-1], way.road.lanes_backward)
        if forward is not None and backward is not None:
            self._twin[forward], self._twin[backward] = backward, forward

    def _edge(self, way: _Way, name: str, points: list[str], shape: tuple[Position, ...], lanes: int) -> int:
        length_m = sum(distance_m(one, two) for one, two in pairwise(shape))
        tail, head = (self._nodes.setdefault(point, len(self._nodes)) for point in (points[0], points[-1]))
        lane = Lane(way.road.permission)
        self._edges.append(
            Edge(name, tail, head, max(_LEAST_M, length_m), way.road.speed_mps, (lane,) * lanes, shape, way.road.name)
        )
        self._way_of.append(way.id)
        self._minor.append(way.road.minor)
        return len(self._edges) - 1

    def _turns(self, signals: dict[str, int]) -> Iterator[Turn]:
        leaving: list[list[int]] = [[] for _ in self._nodes]
        for number, edge in enumerate(self._edges):
            leaving[edge.tail].append(number)
        names = list(self._nodes)
        forbidden, only = self._restrictions()
        for source, edge in enumerate(self._edges):
            node = names[edge.head]
            targets = [t for t in leaving[edge.head] if t != self._twin.get(source)] or leaving[edge.head]
            at = (self._way_of[source], node)
            majors = any(not self._minor[target] for target in leaving[edge.head])
            for target in targets:
                way = self._way_of[target]
                barred = (*at, way) in forbidden or (at in only and way not in only[at])
                exempt = forbidden.get((*at, way), Permission.NOBODY) if (*at, way) in forbidden else Permission.NOBODY
                permission = edge.permission & self._edges[target].permission & (exempt if barred else Permission.EVERYBODY)
                if permission:
                    yield self._turn(source, target, permission, signals.get(node), yields=majors and self._minor[source])

    def _turn(self, source: int, target: int, permission: Permission, signal: int | None, *, yields: bool) -> Turn:
        one, two = self._edges[source], self._edges[target]
        angle = turned_deg(bearing_deg(*one.shape[-2:]), bearing_deg(*two.shape[:2]))
        lanes = tuple(LaneLink(lane, min(lane, len(two.lanes) - 1)) for lane in range(len(one.lanes)))
        return Turn(source, target, _direction(angle), lanes, permission, 0.0, _ACROSS_MPS, signal, yields)

    def _restrictions(self) -> tuple[dict[tuple[str, str, str], Permission], dict[tuple[str, str], set[str]]]:
        """Forbidden (way, node, way), with whom that spares; and where only certain ways may be taken."""
        forbidden: dict[tuple[str, str, str], Permission] = {}
        only: dict[tuple[str, str], set[str]] = {}
        for thing in self._map.restrictions:
            members = [thing.members.get(role) for role in ("from", "via", "to")]
            if any(member is None for member in members):
                continue
            source, via, target = (member for member in members if member is not None)
            if via.text("type") != "node":
                continue
            at, way = (source.text("ref"), via.text("ref")), target.text("ref")
            spared = Permission.EMERGENCY if "emergency" in thing.tags.get("except", "") else Permission.NOBODY
            if thing.tags["restriction"].startswith("no_"):
                forbidden[(*at, way)] = spared
            elif thing.tags["restriction"].startswith("only_") and not spared:
                only.setdefault(at, set()).add(way)
        return forbidden, only


def _direction(angle_deg: float) -> Direction:
    if abs(angle_deg) <= _STRAIGHT_DEG:
        return Direction.STRAIGHT
    if abs(angle_deg) >= _BACK_DEG:
        return Direction.BACK
    return Direction.RIGHT if angle_deg > 0 else Direction.LEFT
