from pathlib import Path

import pytest

from central.dispatch.network.model import Network, Permission
from central.dispatch.network.nearby import Nearby
from central.dispatch.network.osm import read_osm
from tests.unit.central.dispatch.network.maps import OSM
from yuhang.coordinates import Position


@pytest.fixture
def network(tmp_path: Path) -> Network:
    path = tmp_path / "small.osm"
    path.write_text(OSM.replace("EXCEPT", ""), encoding="utf-8")
    return read_osm(path)


@pytest.mark.parametrize(("heading", "edge"), [(90.0, "10#0"), (275.0, "-10#0"), (60.0, "10#0"), (359.0, "-10#0")])
def test_the_heading_chooses_between_the_two_directions_of_a_street(network: Network, heading: float, edge: str) -> None:
    place = Nearby(network, Permission.EMERGENCY).find(Position(30.27003, 120.0003), heading)
    assert place is not None
    assert network.edges[place.edge].id == edge


def test_a_place_says_how_far_along_and_how_far_away(network: Network) -> None:
    place = Nearby(network, Permission.EMERGENCY).find(Position(30.27009, 120.0003), 90.0)
    assert place is not None
    assert place.away_m == pytest.approx(10.0, abs=0.1)
    assert place.offset_m == pytest.approx(network.edges[place.edge].length_m / 3, abs=0.1)


def test_an_edge_that_one_may_not_use_is_no_place(network: Network) -> None:
    here = Position(30.2694, 120.0010)
    engine, car = (Nearby(network, who).find(here) for who in (Permission.EMERGENCY, Permission.CAR))
    assert engine is not None
    assert "12#0" in network.edges[engine.edge].id
    assert car is not None
    assert "12#0" not in network.edges[car.edge].id


def test_far_from_every_road_there_is_no_place(network: Network) -> None:
    assert Nearby(network, Permission.EMERGENCY).find(Position(30.30, 120.0)) is None
