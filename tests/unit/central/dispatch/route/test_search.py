"""The search against every simple way there is, and against sumolib on real networks."""

import math
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.dispatch.network.model import Network, Permission
from central.dispatch.network.nearby import Place
from central.dispatch.network.sumo import read_sumo
from central.dispatch.route.alternatives import MOST_SHARED, shared, ways
from central.dispatch.route.costs import Conditions, Costs, Prices, Vehicle
from central.dispatch.route.errors import NoWay
from central.dispatch.route.search import Router
from tests.unit.central.dispatch.route.grids import networks

conditions = st.builds(
    Conditions,
    st.dictionaries(st.integers(0, 11), st.floats(0.1, 25), max_size=6),
    st.dictionaries(st.integers(0, 11), st.floats(0, 30), max_size=6),
    st.dictionaries(st.integers(0, 11), st.sampled_from([30.0, 400.0, math.inf]), max_size=3),
    st.sampled_from([frozenset(), frozenset({0})]),
)


def all_ways(network: Network, edge: int, goal: int, seen: frozenset[int]) -> Iterator[tuple[int, ...]]:
    for turn in network.turns_from[edge]:
        target = network.turns[turn].target
        if target == goal:
            yield (turn,)
        if target not in seen:
            for rest in all_ways(network, target, goal, seen | {target}):
                yield (turn, *rest)


@given(network=networks(), known=conditions, data=st.data())
def test_no_way_is_faster_and_no_turn_is_forbidden(network: Network, known: Conditions, data: st.DataObject) -> None:
    edge = st.integers(0, len(network.edges) - 1)
    start, goal = Place(data.draw(edge), 3.0), Place(data.draw(edge), 5.0)
    search = Router(Costs(network, steered={0: 12.0})).under(known)
    if start.edge == goal.edge:
        return
    brute = [search.timed(turns, start, goal) for turns in all_ways(network, start.edge, goal.edge, frozenset({start.edge}))]
    best_s = min((route.seconds for route in brute), default=math.inf)
    if math.isinf(best_s):
        with pytest.raises(NoWay):
            search.fastest(start, goal)
        return
    route = search.fastest(start, goal)
    assert route.seconds == pytest.approx(best_s)
    for before, leg in zip(route.legs, route.legs[1:], strict=False):
        assert leg.turn is not None
        turn = network.turns[leg.turn]
        assert (turn.source, turn.target) == (before.edge, leg.edge)


@given(network=networks(), known=conditions, first_s=st.floats(0, 900), later_s=st.floats(0, 300))
def test_who_enters_later_never_leaves_earlier(network: Network, known: Conditions, first_s: float, later_s: float) -> None:
    prices = Costs(network, steered={0: 12.0}).under(known)
    for cost, many in ((prices.edge_s, network.edges), (prices.turn_s, network.turns)):
        for number in range(len(many)):
            first, second = (at + cost(number, at) for at in (first_s, first_s + later_s))
            assert second >= first - 1e-6


@given(network=networks(), known=conditions, at_s=st.floats(0, 900))
def test_what_a_part_costs_at_least_is_a_lower_bound(network: Network, known: Conditions, at_s: float) -> None:
    prices = Costs(network, steered={0: 12.0}).under(known)
    assert all(prices.edge_s(n, at_s) >= least - 1e-9 for n, least in enumerate(prices.least_edges_s()))
    assert all(prices.turn_s(n, at_s) >= least - 1e-9 for n, least in enumerate(prices.least_turns_s()))


@pytest.mark.parametrize(
    "file", ["berlin_doerpfeldstr/net.net.xml.gz", "bologna_joined/joined_buslanes.net.xml", "wildau/Netzmodell2.net.xml"]
)
def test_on_a_real_network_the_way_is_as_fast_as_sumolib_finds(shared_dir: Path, file: str) -> None:
    """Signals and giving way cost nothing here, as in sumolib, which leaves the way across junctions out as well."""
    sumolib = pytest.importorskip("sumolib", reason="the cross-check needs the extra sumo")
    path = shared_dir / "nets" / file
    network, truth = read_sumo(path), sumolib.net.readNet(str(path))
    search = Router(_EdgesOnly(network, Vehicle(speed_factor=1.0, top_mps=100.0))).under(Conditions())
    engines = [n for n, edge in enumerate(network.edges) if edge.permission & Permission.EMERGENCY]
    chance, compared = random.Random(1), 0
    for _ in range(60):
        start, goal = chance.sample(engines, 2)
        _, seconds = truth.getFastestPath(
            truth.getEdge(network.edges[start].id), truth.getEdge(network.edges[goal].id), vClass="emergency"
        )
        whole = Place(goal, network.edges[goal].length_m)
        if seconds is None or math.isinf(seconds) or seconds > 1e9:
            with pytest.raises(NoWay):
                search.fastest(Place(start, 0.0), whole)
            continue
        compared += 1
        assert search.fastest(Place(start, 0.0), whole).seconds == pytest.approx(seconds, rel=0.01)
    assert compared > 20


class _EdgesOnly(Costs):
    def under(self, conditions: Conditions) -> Prices:
        prices = super().under(conditions)
        nothing = [0.0] * len(prices.across_s)
        return replace(prices, across_s=nothing, needed_s=nothing)


def test_alternatives_are_really_others(shared_dir: Path) -> None:
    network = read_sumo(shared_dir / "nets" / "bologna_joined" / "joined_buslanes.net.xml")
    search = Router(Costs(network)).under(Conditions())
    engines = [n for n, edge in enumerate(network.edges) if edge.permission & Permission.EMERGENCY]
    chance, several = random.Random(3), 0
    for _ in range(20):
        start, goal = (Place(edge, 0.0) for edge in chance.sample(engines, 2))
        try:
            found = ways(search, start, goal)
        except NoWay:
            continue
        assert found[0].seconds == pytest.approx(search.fastest(start, goal).seconds)
        several += len(found) > 1
        for place, route in enumerate(found):
            assert all(min(shared(route, other), shared(other, route)) <= MOST_SHARED for other in found[:place])
    assert several >= 5
