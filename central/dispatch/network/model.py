"""A road network as values: nodes, directed edges, turns from edge to edge, signals. All refer by index, nothing changes."""

from dataclasses import dataclass
from enum import IntFlag, StrEnum
from functools import cached_property

from central.dispatch.network.errors import NetworkError
from yuhang.coordinates import Position


class Permission(IntFlag):
    """Who may use a lane, as far as it matters to a task."""

    NOBODY = 0
    EMERGENCY = 1  # fire and ambulance
    AUTHORITY = 2  # police
    CAR = 4
    BUS = 8
    EVERYBODY = 15


class Direction(StrEnum):
    """Which way a turn goes."""

    STRAIGHT = "straight"
    LEFT = "left"
    RIGHT = "right"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class Lane:
    """One lane; its place in `Edge.lanes` is its number, counted from the right."""

    permission: Permission = Permission.EVERYBODY


@dataclass(frozen=True, slots=True)
class Edge:
    """A road in one direction between two nodes, `speed_mps` its limit. `shape` is WGS-84, along the direction of travel."""

    id: str
    tail: int
    head: int
    length_m: float
    speed_mps: float
    lanes: tuple[Lane, ...]
    shape: tuple[Position, ...]
    name: str = ""

    @property
    def permission(self) -> Permission:
        """Who may use at least one of its lanes."""
        found = Permission.NOBODY
        for lane in self.lanes:
            found |= lane.permission
        return found


@dataclass(frozen=True, slots=True)
class LaneLink:
    """A lane that leads to a lane. `link` is its place in the signal's states, None where no signal stands."""

    source_lane: int
    target_lane: int
    link: int | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A way from one edge into another across a junction; only what is listed may be driven.

    `length_m` and `speed_mps` are of the way across. `yields`: others have the right of way where no signal says otherwise.
    """

    source: int
    target: int
    direction: Direction
    lanes: tuple[LaneLink, ...]
    permission: Permission = Permission.EVERYBODY
    length_m: float = 0.0
    speed_mps: float = 13.9
    signal: int | None = None
    yields: bool = False

    @property
    def links(self) -> frozenset[int]:
        """Places in the signal's states that let this turn go."""
        return frozenset(lane.link for lane in self.lanes if lane.link is not None)


@dataclass(frozen=True, slots=True)
class Node:
    """Where edges meet."""

    id: str
    position: Position


@dataclass(frozen=True, slots=True)
class Phase:
    """One line of a signal's programme: a letter a link, `G` and `g` green, `y` yellow, others red (SUMO's letters)."""

    duration_s: float
    state: str


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal controller. One controller may steer several nodes. `phases` is empty where no programme is known."""

    id: str
    phases: tuple[Phase, ...] = ()

    @property
    def cycle_s(self) -> float:
        """Seconds of one round, 0 where no programme is known."""
        return sum(phase.duration_s for phase in self.phases)

    def green_s(self, links: frozenset[int]) -> float:
        """Seconds a round in which at least one of these links is green."""
        return sum(phase.duration_s for phase in self.phases if any(phase.state[link] in "Gg" for link in links))


@dataclass(frozen=True)
class Network:
    """The whole; `origin` says which file it came from. Raises `NetworkError` where its parts do not fit together."""

    origin: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    turns: tuple[Turn, ...]
    signals: tuple[Signal, ...] = ()

    def __post_init__(self) -> None:
        nodes, edges, signals = len(self.nodes), len(self.edges), len(self.signals)
        for edge in self.edges:
            if not (0 <= edge.tail < nodes and 0 <= edge.head < nodes and edge.length_m > 0 and edge.speed_mps > 0):
                raise NetworkError(
                    f"{self.origin}: edge {edge.id} has no such node, no length or no speed; import the network anew"
                )
        for turn in self.turns:
            if not (
                0 <= turn.source < edges and 0 <= turn.target < edges and (turn.signal is None or 0 <= turn.signal < signals)
            ):
                raise NetworkError(f"{self.origin}: a turn names an edge or a signal that is not there; import the network anew")

    @cached_property
    def turns_from(self) -> tuple[tuple[int, ...], ...]:
        """For each edge, the turns that leave it."""
        found: list[list[int]] = [[] for _ in self.edges]
        for number, turn in enumerate(self.turns):
            found[turn.source].append(number)
        return tuple(tuple(numbers) for numbers in found)

    @cached_property
    def edge_of(self) -> dict[str, int]:
        """Edge number by id."""
        return {edge.id: number for number, edge in enumerate(self.edges)}

    @cached_property
    def turn_of(self) -> dict[tuple[int, int], int]:
        """Turn number by the edges that it joins."""
        return {(turn.source, turn.target): number for number, turn in enumerate(self.turns)}
