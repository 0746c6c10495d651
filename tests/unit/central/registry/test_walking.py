"""Ways on foot follow the footpaths and not the crow."""

import math

import pytest

from central.registry.walking import (
    DETOUR,
    Edge,
    FootpathNetwork,
    network_from_lines,
)
from yuhang.coordinates import Position, distance_m

LATITUDE = 30.28
METRE_NORTH = 1 / 111_195.08
METRE_EAST = METRE_NORTH / math.cos(math.radians(LATITUDE))


def place(east: float, north: float) -> Position:
    """A position so many metres east and north of a corner in Yuhang."""
    return Position(LATITUDE + north * METRE_NORTH, 120.02 + east * METRE_EAST)


# A river between start and the near car park: the bridge is far away.
NODES = {"start": place(0, 0), "bridge": place(500, 0), "near": place(0, 100), "across": place(500, 100), "far": place(-300, 0)}
EDGES = [Edge("start", "bridge", 500), Edge("bridge", "across", 100), Edge("across", "near", 500), Edge("start", "far", 300)]


def test_straight_line() -> None:
    assert distance_m(place(0, 0), place(300, 400)) == pytest.approx(500, rel=0.001)


def test_the_way_leads_over_the_bridge() -> None:
    near, far = FootpathNetwork(NODES, EDGES).walks(place(0, 0), [place(0, 100), place(-300, 0)])
    assert near.metres == pytest.approx(1100, abs=1)
    assert far.metres == pytest.approx(300, abs=1)
    assert not near.estimated


def test_the_way_to_the_network_counts() -> None:
    (walk,) = FootpathNetwork(NODES, EDGES).walks(place(0, -40), [place(-300, 30)])
    assert walk.metres == pytest.approx(370, abs=1)


@pytest.mark.parametrize(
    ("network", "target"),
    [
        (FootpathNetwork({}, []), place(0, 100)),
        (FootpathNetwork(NODES, EDGES), place(0, 2000)),  # the target lies off the network
        (FootpathNetwork(NODES, EDGES[3:]), place(0, 100)),  # the target's part of the network is not connected
    ],
)
def test_without_a_way_the_straight_line_estimates(network: FootpathNetwork, target: Position) -> None:
    (walk,) = network.walks(place(0, 0), [target])
    assert walk.estimated
    assert walk.metres == pytest.approx(distance_m(place(0, 0), target) * DETOUR)


def test_start_and_target_at_the_same_point() -> None:
    (walk,) = FootpathNetwork(NODES, EDGES).walks(place(0, 0), [place(0, 0)])
    assert walk.metres == pytest.approx(0, abs=0.01)


def test_lines_that_share_a_coordinate_are_connected() -> None:
    nodes, edges = network_from_lines([[place(0, 0), place(100, 0)], [place(100, 0), place(100, 50), place(100, 50)]])
    assert (len(nodes), len(edges)) == (3, 2)
    (walk,) = FootpathNetwork(nodes, edges).walks(place(0, 0), [place(100, 50)])
    assert walk.metres == pytest.approx(150, abs=0.5)
