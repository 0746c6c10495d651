"""`yuhang bench route`: how long a fastest way takes to find, beside rustworkx's static Dijkstra in the same run.

The network is a grid with defects (streets missing, one-way streets, forbidden turns, slow and fast roads), or one of a map.
Live speeds, queues and closures lie on it, so no two costs are alike.
"""

import json
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import rustworkx
import typer

from central.dispatch.network.commands import read_network
from central.dispatch.network.model import Direction, Edge, Lane, LaneLink, Network, Node, Permission, Phase, Signal, Turn
from central.dispatch.network.nearby import Place
from central.dispatch.network.projection import FlatPlane
from central.dispatch.route.alternatives import ways
from central.dispatch.route.costs import Conditions, Costs
from central.dispatch.route.errors import NoWay
from central.dispatch.route.search import Router
from yuhang.coordinates import Position

_BLOCK_M = 150.0
_MISSING = 0.08  # of all streets
_ONE_WAY = 0.1
_FORBIDDEN = 0.05  # of all turns
_SIGNALS = 0.3  # of all nodes
_SPEEDS_MPS = (8.3, 11.1, 13.9, 16.7)


@dataclass(frozen=True, slots=True)
class Result:
    """Milliseconds: to take in a new picture of the traffic; then a query: one way, three ways, rustworkx's static path.

    `p95_cpu_ms` is one way on one core alone; the others are by the clock, so they count what else the machine does.
    """

    nodes: int
    edges: int
    turns: int
    queries: int
    new_picture_ms: float
    p50_ms: float
    p95_ms: float
    p95_cpu_ms: float
    three_ways_p95_ms: float
    rustworkx_p95_ms: float
    no_way: int


def command(
    nodes: Annotated[int, typer.Option(min=9, help="nodes of the grid")] = 40_000,
    net: Annotated[str, typer.Option(help="a map instead of the grid: .net.xml or .osm")] = "",
    queries: Annotated[int, typer.Option(min=1, help="how many ways")] = 100,
    seed: Annotated[int, typer.Option(help="the same seed makes the same grid and ways")] = 1,
) -> None:
    """Time to find a way; exit code 1 where the 95th percentile is over 200 ms."""
    network = read_network(Path(net)) if net else grid(nodes, seed)
    result = measure(network, queries, seed)
    typer.echo(json.dumps(asdict(result)))
    raise typer.Exit(1 if result.p95_ms > 200 else 0)


def measure(network: Network, queries: int, seed: int) -> Result:
    """Find `queries` ways between edges drawn by `seed`."""
    chance = random.Random(seed)
    steered = {number: 15.0 for number in range(len(network.signals)) if chance.random() < 0.7}
    router, known = Router(Costs(network, steered=steered)), _conditions(network, chance)
    began = time.perf_counter()
    search = router.under(known)
    picture_ms = round((time.perf_counter() - began) * 1000, 1)
    engines = [n for n, edge in enumerate(network.edges) if edge.permission & Permission.EMERGENCY and n not in known.closed_s]
    static = rustworkx.PyDiGraph()
    static.add_nodes_from(range(len(network.nodes)))
    static.add_edges_from([(e.tail, e.head, e.length_m / e.speed_mps) for e in network.edges])
    one: list[float] = []
    cpu: list[float] = []
    three: list[float] = []
    theirs: list[float] = []
    lost = 0
    for _ in range(queries):
        start, goal = (Place(edge, network.edges[edge].length_m / 2) for edge in chance.sample(engines, 2))
        try:
            began_cpu = time.process_time()
            one.append(_ms(partial(search.fastest, start, goal)))
            cpu.append((time.process_time() - began_cpu) * 1000)
            three.append(_ms(partial(ways, search, start, goal)))
        except NoWay:
            lost += 1
        ends = network.edges[start.edge].head, network.edges[goal.edge].tail
        theirs.append(_ms(partial(rustworkx.dijkstra_shortest_paths, static, *ends, weight_fn=float)))
    counts = len(network.nodes), len(network.edges), len(network.turns)
    times = (_rounded(statistics.median(one)), _p95(one), _p95(cpu), _p95(three), _p95(theirs))
    return Result(*counts, queries, picture_ms, *times, lost)


def grid(count: int, seed: int) -> Network:
    """About `count` crossings with defects, 150 m apart."""
    chance = random.Random(seed)
    side = round(count**0.5)
    plane = FlatPlane(Position(30.27, 119.99))
    nodes = tuple(
        Node(f"{x}/{y}", plane.position((x + chance.uniform(-0.3, 0.3)) * _BLOCK_M, (y + chance.uniform(-0.3, 0.3)) * _BLOCK_M))
        for y in range(side)
        for x in range(side)
    )
    edges: list[Edge] = []
    for here in range(len(nodes)):
        for there in (here + 1 if (here + 1) % side else -1, here + side if here + side < len(nodes) else -1):
            if there >= 0 and chance.random() >= _MISSING:
                edges.extend(_street(nodes, here, there, chance))
    signals = [n for n in range(len(nodes)) if chance.random() < _SIGNALS]
    programme = (Phase(30, "G"), Phase(40, "r"))
    turns = tuple(_turns(edges, len(nodes), {node: number for number, node in enumerate(signals)}, chance))
    return Network("grid", nodes, tuple(edges), turns, tuple(Signal(nodes[n].id, programme) for n in signals))


def _street(nodes: tuple[Node, ...], here: int, there: int, chance: random.Random) -> list[Edge]:
    length_m, speed_mps = _BLOCK_M * chance.uniform(0.8, 1.6), chance.choice(_SPEEDS_MPS)
    ways_of_it = [(here, there), (there, here)]
    chosen = ways_of_it if chance.random() >= _ONE_WAY else [chance.choice(ways_of_it)]
    return [Edge(f"{a}-{b}", a, b, length_m, speed_mps, (Lane(),), (nodes[a].position, nodes[b].position)) for a, b in chosen]


def _turns(edges: list[Edge], nodes: int, signals: dict[int, int], chance: random.Random) -> list[Turn]:
    leaving: list[list[int]] = [[] for _ in range(nodes)]
    for number, edge in enumerate(edges):
        leaving[edge.tail].append(number)
    found = []
    for source, edge in enumerate(edges):
        for target in leaving[edge.head]:
            if edges[target].head != edge.tail and chance.random() >= _FORBIDDEN:
                signal = signals.get(edge.head)
                lanes = (LaneLink(0, 0, None if signal is None else 0),)
                found.append(Turn(source, target, Direction.STRAIGHT, lanes, length_m=15.0, signal=signal))
    return found


def _conditions(network: Network, chance: random.Random) -> Conditions:
    numbers = range(len(network.edges))
    return Conditions(
        {n: network.edges[n].speed_mps * chance.uniform(0.2, 1.0) for n in numbers if chance.random() < 0.3},
        {n: float(chance.randrange(1, 12)) for n in numbers if chance.random() < 0.2},
        {n: float("inf") for n in numbers if chance.random() < 0.003},
    )


def _ms(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def _p95(values: list[float]) -> float:
    return _rounded(statistics.quantiles(values, n=20)[-1])


def _rounded(ms: float) -> float:
    return round(ms, 1)
