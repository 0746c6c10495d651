"""The road of the check: five blocks to the east, a junction at the end of each of the first three."""

from central.dispatch.network.model import Direction, Edge, Lane, LaneLink, Network, Node, Phase, Signal, Turn
from central.dispatch.network.projection import FlatPlane
from yuhang.coordinates import Position

BLOCKS_M = (600.0, 250.0, 250.0, 200.0)
SPEED_MPS = 13.9
ACROSS_M = 20.0
JUNCTIONS = ("first", "second", "third")
_PLANE = FlatPlane(Position(30.27, 120.0))
_STARTS_M = tuple(sum(BLOCKS_M[:n]) + ACROSS_M * n for n in range(len(BLOCKS_M)))
STOP_LINES_M = tuple(_STARTS_M[n] + BLOCKS_M[n] for n in range(len(JUNCTIONS)))
"""Where the engine has to stop, metres from the beginning."""
LENGTH_M = _STARTS_M[-1] + BLOCKS_M[-1]


def position(at_m: float) -> Position:
    """A point of the road."""
    return _PLANE.position(at_m, 0.0)


def road() -> Network:
    """As a network: each signal lets link 0, the engine's, or link 1, the cross street's, go."""
    nodes, edges, turns = [Node("n0", position(0.0))], [], []
    for number, (start_m, block_m) in enumerate(zip(_STARTS_M, BLOCKS_M, strict=True)):
        nodes.append(Node(f"n{number + 1}", position(start_m + block_m)))
        shape = (position(start_m), position(start_m + block_m))
        edges.append(Edge(f"e{number}", number, number + 1, block_m, SPEED_MPS, (Lane(),), shape, "West Road"))
        if number < len(JUNCTIONS):
            link = (LaneLink(0, 0, 0),)
            turns.append(
                Turn(number, number + 1, Direction.STRAIGHT, link, length_m=ACROSS_M, speed_mps=SPEED_MPS, signal=number)
            )
    signals = tuple(Signal(name, (Phase(34, "Gr"), Phase(70, "rG"))) for name in JUNCTIONS)
    return Network("fire-check", tuple(nodes), tuple(edges), tuple(turns), signals)
