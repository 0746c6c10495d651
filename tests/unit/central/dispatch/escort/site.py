"""A road of four blocks to the east with a signal at the end of each, a way back, and the site's places."""

from central.dispatch.network.model import Direction, Edge, Lane, LaneLink, Network, Node, Phase, Signal, Turn
from central.dispatch.network.projection import FlatPlane
from yuhang.coordinates import Position

PLANE = FlatPlane(Position(30.27, 120.0))
BLOCK_M = 400.0
BLOCKS = 4
SPEED_MPS = 13.9
PLACES = """
places:
  - {name: 文一西路969号, others: [Wenyi West Road 969], latitude: 30.27, longitude: 120.0155}
  - {name: 文一西路996号, latitude: 30.27, longitude: 120.0030}
  - {name: 西溪小区3幢, others: [Xixi Garden 3], latitude: 30.27, longitude: 120.0080}
  - {name: 人民医院, latitude: 30.27, longitude: 120.0020}
  - {name: 人民 医院, latitude: 30.28, longitude: 120.0020}
"""


def east(metres: float) -> Position:
    """A point of the road."""
    return PLANE.position(metres, 0.0)


def site_network() -> Network:
    """Edges 0 to 3 lead east, 4 to 7 back; the signals j1, j2, j3 stand between the blocks."""
    nodes = tuple(Node(f"n{n}", east(BLOCK_M * n)) for n in range(BLOCKS + 1))
    there = [(n, n + 1) for n in range(BLOCKS)]
    edges = tuple(
        Edge(f"e{a}-{b}", a, b, BLOCK_M, SPEED_MPS, (Lane(),), (nodes[a].position, nodes[b].position), "West Road")
        for a, b in [*there, *((b, a) for a, b in there)]
    )
    turns = [
        Turn(n, n + 1, Direction.STRAIGHT, (LaneLink(0, 0, 0),), length_m=20.0, signal=n, speed_mps=SPEED_MPS)
        for n in range(BLOCKS - 1)
    ]
    turns += [Turn(n, BLOCKS + n, Direction.BACK, (LaneLink(0, 0),)) for n in range(BLOCKS)]
    turns += [
        Turn(BLOCKS + n + 1, BLOCKS + n, Direction.STRAIGHT, (LaneLink(0, 0, 1),), length_m=20.0, signal=n)
        for n in range(BLOCKS - 1)
    ]
    signals = tuple(Signal(f"j{n}", (Phase(30, "GGrr"), Phase(30, "rrGG"))) for n in range(1, BLOCKS))
    return Network("site", nodes, edges, tuple(turns), signals)
