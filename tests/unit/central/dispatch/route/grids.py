"""Small networks drawn by hypothesis."""

from hypothesis import strategies as st

from central.dispatch.network.model import Direction, Edge, Lane, LaneLink, Network, Node, Phase, Signal, Turn
from yuhang.coordinates import Position

_SIGNAL = Signal("light", (Phase(20, "Gr"), Phase(30, "rG")))


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Up to six nodes, edges between any two, some turns forbidden, some with signals."""
    count = draw(st.integers(2, 6))
    nodes = tuple(Node(str(n), Position(30 + n / 1000, 120 + (n * n % 5) / 1000)) for n in range(count))
    pairs = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), min_size=2, max_size=12))
    edges = tuple(
        Edge(
            str(n),
            tail,
            head,
            draw(st.floats(10, 500)),
            draw(st.floats(3, 20)),
            (Lane(),),
            (nodes[tail].position, nodes[head].position),
        )
        for n, (tail, head) in enumerate(pairs)
    )
    turns = []
    for source, one in enumerate(edges):
        for target, two in enumerate(edges):
            if one.head == two.tail and draw(st.booleans()):
                signal, link = draw(st.sampled_from([(None, None), (0, 0), (0, 1)]))
                turns.append(Turn(source, target, Direction.STRAIGHT, (LaneLink(0, 0, link),), signal=signal))
    return Network("drawn", nodes, edges, tuple(turns), (_SIGNAL,))
