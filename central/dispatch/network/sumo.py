"""A road network from SUMO's `.net.xml` (plain or gzip): lanes, permitted turns with their signal links, programmes.

Foot paths, rails and crossings are left out; the numbers of lanes and of signal links stay SUMO's. A signal whose programme is in
another file comes without phases. Layout: sumo.dlr.de/docs/Networks/SUMO_Road_Networks.html.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from central.dispatch.network.elements import Element, elements
from central.dispatch.network.errors import NetworkError
from central.dispatch.network.model import (
    Direction,
    Edge,
    Lane,
    LaneLink,
    Network,
    Node,
    Permission,
    Phase,
    Signal,
    Turn,
)
from central.dispatch.network.projection import FlatPlane, Projection, from_proj
from yuhang.coordinates import Position

_PERMISSION = {
    "emergency": Permission.EMERGENCY,
    "authority": Permission.AUTHORITY,
    "passenger": Permission.CAR,
    "bus": Permission.BUS,
}
_DIRECTION = {
    "s": Direction.STRAIGHT,
    "l": Direction.LEFT,
    "L": Direction.LEFT,
    "r": Direction.RIGHT,
    "R": Direction.RIGHT,
    "t": Direction.BACK,
}
_YIELDS = frozenset("m=sw")  # minor, equal, stop, all-way stop
_DECIMALS = 7  # of a degree: 1 cm
_LEAST_M = 0.1
_LEAST_MPS = 0.1
_LONGEST_CHAIN = 8  # inner lanes one behind the other in a junction


@dataclass(slots=True)
class _Road:
    element: Element
    inner: bool
    lanes: list[Element] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _InnerLane:
    length_m: float
    speed_mps: float


@dataclass(slots=True)
class _Parts:
    """What the file says, as it is read."""

    location: Element | None = None
    roads: list[_Road] = field(default_factory=list)
    junctions: list[Element] = field(default_factory=list)
    connections: list[Element] = field(default_factory=list)
    programmes: dict[str, list[Phase]] = field(default_factory=dict)
    open_programme: str | None = None

    def take(self, element: Element) -> None:
        match element.name:
            case "location":
                self.location = element
            case "edge":
                function = element.attributes.get("function", "normal")
                self.roads.append(_Road(element, function != "normal"))
            case "lane":
                if not self.roads:
                    element.fail("stands outside an edge")
                self.roads[-1].lanes.append(element)
            case "junction":
                self.junctions.append(element)
            case "connection":
                self.connections.append(element)
            case "tlLogic":
                name = element.text("id")
                self.open_programme = None if name in self.programmes else name  # of several programmes the first counts
                self.programmes.setdefault(name, [])
            case "phase" if self.open_programme is not None:
                self.programmes[self.open_programme].append(Phase(element.number("duration"), element.text("state")))


def read_sumo(path: Path, origin: Position | None = None) -> Network:
    """The network in `path`; `origin` places one that has no projection of its own. Raises `NetworkError`."""
    parts = _Parts()
    for element in elements(path):
        if element.depth == 0 and element.name != "net":
            element.fail("is not SUMO's <net>; give a .net.xml file")
        parts.take(element)
    return _Builder(path, parts, _plane(path, parts.location, origin)).network()


def _plane(path: Path, location: Element | None, origin: Position | None) -> tuple[Projection, float, float]:
    """The projection and the offset that the file's coordinates have in it."""
    projection = "!" if location is None else location.text("projParameter")
    if location is None or projection in ("!", "-"):
        if origin is None:
            raise NetworkError(f"{path}: has no projection; say where its point (0, 0) lies: --origin LATITUDE,LONGITUDE")
        return FlatPlane(origin), 0.0, 0.0
    offset = location.text("netOffset").split(",")
    try:
        return from_proj(projection), float(offset[0]), float(offset[1])
    except (ValueError, IndexError):
        location.fail(f"netOffset={','.join(offset)!r} is not two numbers")


class _Builder:
    """Puts the parts together; everything that is nobody's road falls out here."""

    def __init__(self, path: Path, parts: _Parts, plane: tuple[Projection, float, float]) -> None:
        self._path, self._parts = path, parts
        self._projection, self._east_m, self._north_m = plane
        self._nodes: dict[str, int] = {}
        self._edges: dict[str, int] = {}
        self._inner = self._inner_lanes()
        self._onward = {
            f"{c.text('from')}_{c.text('fromLane')}": c.attributes["via"]
            for c in parts.connections
            if c.attributes.get("from", "").startswith(":") and "via" in c.attributes
        }

    def network(self) -> Network:
        nodes = self._read_nodes()
        edges = self._read_edges()
        if not edges:
            raise NetworkError(f"{self._path}: has no edge that a vehicle may use; export the roads, not only the paths")
        named = dict.fromkeys(c.attributes["tl"] for c in self._parts.connections if "tl" in c.attributes)
        signals = tuple(Signal(name, tuple(self._parts.programmes.get(name, ()))) for name in named)
        return Network(self._path.name, nodes, edges, self._read_turns(edges, signals), signals)

    def _read_nodes(self) -> tuple[Node, ...]:
        found: list[Node] = []
        for element in self._parts.junctions:
            if element.attributes.get("type") == "internal":
                continue
            name = element.text("id")
            self._nodes[name] = len(found)
            found.append(Node(name, self._position(element.number("x"), element.number("y"))))
        return tuple(found)

    def _read_edges(self) -> tuple[Edge, ...]:
        found: list[Edge] = []
        for road in self._parts.roads:
            if road.inner or not road.lanes:
                continue
            lanes = tuple(Lane(_permission(lane)) for lane in road.lanes)
            usable = [lane for lane, kept in zip(road.lanes, lanes, strict=True) if kept.permission]
            if not usable:
                continue
            element = road.element
            name = element.text("id")
            self._edges[name] = len(found)
            found.append(
                Edge(
                    name,
                    self._node(element, "from"),
                    self._node(element, "to"),
                    max(_LEAST_M, usable[0].number("length")),
                    max(_LEAST_MPS, *(lane.number("speed") for lane in usable)),
                    lanes,
                    self._shape(usable[-1]),
                    element.attributes.get("name", ""),
                )
            )
        return tuple(found)

    def _read_turns(self, edges: tuple[Edge, ...], signals: tuple[Signal, ...]) -> tuple[Turn, ...]:
        numbers = {signal.id: number for number, signal in enumerate(signals)}
        found: dict[tuple[int, int], Turn] = {}
        for element in self._parts.connections:
            source, target = self._edges.get(element.text("from")), self._edges.get(element.text("to"))
            if source is None or target is None:
                continue
            link = LaneLink(
                element.whole("fromLane"),
                element.whole("toLane"),
                element.whole("linkIndex") if "tl" in element.attributes else None,
            )
            permission = _both(element, edges[source], edges[target], link)
            if not permission:
                continue
            known = found.get((source, target))
            if known is None:
                found[source, target] = self._turn(element, (source, target), link, permission, numbers)
            else:
                found[source, target] = replace(known, lanes=(*known.lanes, link), permission=known.permission | permission)
        self._check_links(found.values(), signals)
        return tuple(found.values())

    def _turn(
        self, element: Element, ends: tuple[int, int], link: LaneLink, permission: Permission, signals: dict[str, int]
    ) -> Turn:
        across = self._across(element.attributes.get("via"))
        signal = element.attributes.get("tl")
        return Turn(
            *ends,
            _DIRECTION.get(element.attributes.get("dir", "s"), Direction.STRAIGHT),
            (link,),
            permission,
            sum(lane.length_m for lane in across),
            min((lane.speed_mps for lane in across), default=13.9),
            None if signal is None else signals[signal],
            element.attributes.get("state", "M") in _YIELDS,
        )

    def _check_links(self, turns: Iterable[Turn], signals: tuple[Signal, ...]) -> None:
        for turn in turns:
            if turn.signal is None:
                continue
            signal = signals[turn.signal]
            short = next((phase for phase in signal.phases if len(phase.state) <= max(turn.links, default=0)), None)
            if short is not None:
                raise NetworkError(
                    f"{self._path}: signal {signal.id} has a link {max(turn.links)}, but its phase {short.state!r} is shorter; "
                    "export the network again"
                )

    def _across(self, via: str | None) -> list[_InnerLane]:
        """The inner lanes of a turn, one behind the other."""
        found: list[_InnerLane] = []
        while via in self._inner and len(found) < _LONGEST_CHAIN:
            found.append(self._inner[via])
            via = self._onward.get(via)
        return found

    def _inner_lanes(self) -> dict[str, _InnerLane]:
        return {
            lane.text("id"): _InnerLane(lane.number("length"), max(_LEAST_MPS, lane.number("speed")))
            for road in self._parts.roads
            if road.inner
            for lane in road.lanes
        }

    def _node(self, element: Element, key: str) -> int:
        number = self._nodes.get(element.text(key))
        if number is None:
            element.fail(f"{key}={element.text(key)!r} is no junction of this file")
        return number

    def _shape(self, lane: Element) -> tuple[Position, ...]:
        try:
            points = [tuple(map(float, point.split(",")[:2])) for point in lane.text("shape").split()]
            return tuple(self._position(x_m, y_m) for x_m, y_m in points)
        except ValueError:
            lane.fail("has a shape that is not a list of x,y")

    def _position(self, x_m: float, y_m: float) -> Position:
        found = self._projection.position(x_m - self._east_m, y_m - self._north_m)
        return Position(round(found.latitude, _DECIMALS), round(found.longitude, _DECIMALS))


def _permission(lane: Element) -> Permission:
    allowed, refused = lane.attributes.get("allow"), lane.attributes.get("disallow")
    if allowed is not None and allowed != "all":
        return _named(allowed)
    if refused == "all":
        return Permission.NOBODY
    return Permission.EVERYBODY & ~_named(refused or "")


def _named(classes: str) -> Permission:
    found = Permission.NOBODY
    for name in classes.split():
        found |= _PERMISSION.get(name, Permission.NOBODY)
    return found


def _both(element: Element, source: Edge, target: Edge, link: LaneLink) -> Permission:
    if not (0 <= link.source_lane < len(source.lanes) and 0 <= link.target_lane < len(target.lanes)):
        element.fail(
            f"joins lane {link.source_lane} of {source.id} to lane {link.target_lane} of {target.id}, which do not exist"
        )
    return source.lanes[link.source_lane].permission & target.lanes[link.target_lane].permission
