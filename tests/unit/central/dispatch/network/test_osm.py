from pathlib import Path

import pytest

from central.dispatch.network.errors import NetworkError
from central.dispatch.network.model import Direction, Network, Permission
from central.dispatch.network.osm import read_osm
from central.dispatch.network.osm_roads import road_of
from tests.unit.central.dispatch.network.maps import EXCEPT_ENGINES, OSM
from yuhang.coordinates import distance_m


def read(tmp_path: Path, text: str = OSM) -> Network:
    path = tmp_path / "small.osm"
    path.write_text(text.replace("EXCEPT", ""), encoding="utf-8")
    return read_osm(path)


def turns_from(network: Network, edge: str) -> dict[str, Permission]:
    return {
        network.edges[network.turns[turn].target].id: network.turns[turn].permission
        for turn in network.turns_from[network.edge_of[edge]]
    }


def test_ways_are_cut_at_meetings_and_signals(tmp_path: Path) -> None:
    network = read(tmp_path)
    assert set(network.edge_of) == {"10#0", "-10#0", "10#1", "-10#1", "10#2", "-10#2", "11#0", "12#0", "-12#0"}
    first = network.edges[network.edge_of["10#0"]]
    assert first.length_m == pytest.approx(distance_m(first.shape[0], first.shape[-1]))
    assert (round(first.speed_mps * 3.6), len(first.lanes), first.name) == (60, 2, "Wenyi Road")
    assert network.edges[network.edge_of["12#0"]].permission == Permission.EMERGENCY | Permission.AUTHORITY


def test_a_forbidden_turn_is_not_there_and_spares_whom_it_excepts(tmp_path: Path) -> None:
    assert set(turns_from(read(tmp_path), "10#1")) == {"10#2", "-12#0"}
    spared = turns_from(read(tmp_path, OSM.replace("EXCEPT", EXCEPT_ENGINES)), "10#1")
    assert spared["11#0"] == Permission.EMERGENCY


def test_where_only_one_way_is_allowed_no_other_is_there(tmp_path: Path) -> None:
    network = read(tmp_path, OSM.replace("no_left_turn", "only_left_turn"))
    assert set(turns_from(network, "10#1")) == {"11#0"}


def test_nobody_turns_back_but_at_a_dead_end(tmp_path: Path) -> None:
    network = read(tmp_path)
    assert set(turns_from(network, "10#2")) == {"-10#2"}
    assert "-10#0" not in turns_from(network, "10#0")
    assert turns_from(network, "11#0") == {}


def test_the_signal_stands_on_the_turn_across_its_node(tmp_path: Path) -> None:
    network = read(tmp_path)
    signalled = [turn for turn in network.turns if turn.signal is not None]
    assert {(network.edges[t.source].id, network.edges[t.target].id) for t in signalled} == {("10#0", "10#1"), ("-10#1", "-10#0")}
    assert network.signals[0].id == "2"


def test_directions_are_those_of_the_map(tmp_path: Path) -> None:
    network = read(tmp_path)
    turn = network.turns[network.turn_of[network.edge_of["10#1"], network.edge_of["-12#0"]]]
    assert turn.direction is Direction.RIGHT


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (('<node id="4" lat="30.2700" lon="120.0020"/>', ""), r":9: <way> uses the node 4"),
        (('lat="30.2710"', 'lat="north"'), r":7: <node> attribute lat='north'"),
        (('v="secondary"', 'v="footway"'), None),
        (("<osm ", "<gpx "), "no sound XML|is not OpenStreetMap"),
    ],
)
def test_a_damaged_file_is_refused_with_its_place(tmp_path: Path, damage: tuple[str, str], says: str | None) -> None:
    assert damage[0] in OSM
    text = OSM.replace(*damage, 1)
    if says is None:
        assert "10#0" not in read(tmp_path, text).edge_of
        return
    with pytest.raises(NetworkError, match=says):
        read(tmp_path, text)


def test_a_map_without_roads_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match="no way that a vehicle may use"):
        read(tmp_path, "<osm><node id='1' lat='1' lon='1'/></osm>")


@pytest.mark.parametrize(
    ("tags", "forward", "backward", "kmh"),
    [
        ({"highway": "primary"}, 1, 1, 60),
        ({"highway": "primary", "lanes": "6", "maxspeed": "80"}, 3, 3, 80),
        ({"highway": "primary", "oneway": "-1", "lanes": "2"}, 0, 2, 60),
        ({"highway": "tertiary", "junction": "roundabout"}, 1, 0, 40),
        ({"highway": "primary", "lanes:forward": "3", "lanes": "5"}, 3, 2, 60),
        ({"highway": "residential", "maxspeed": "20 mph"}, 1, 1, 32),
        ({"highway": "residential", "maxspeed": "0"}, 1, 1, 30),
        ({"highway": "residential", "maxspeed": "signals"}, 1, 1, 30),
    ],
)
def test_tags_say_lanes_and_speed(tags: dict[str, str], forward: int, backward: int, kmh: int) -> None:
    road = road_of(tags)
    assert road is not None
    assert (road.lanes_forward, road.lanes_backward, round(road.speed_mps * 3.6)) == (forward, backward, kmh)


@pytest.mark.parametrize(
    ("tags", "permission"),
    [
        ({"highway": "footway"}, None),
        ({"highway": "service", "access": "no"}, None),
        ({"highway": "pedestrian"}, None),
        ({"highway": "pedestrian", "emergency": "yes"}, Permission.EMERGENCY),
        ({"highway": "service", "access": "no", "motor_vehicle": "yes"}, Permission.EVERYBODY),
        ({"highway": "service", "emergency": "no"}, None),
        ({"highway": "busway"}, Permission.EVERYBODY & ~Permission.CAR),
    ],
)
def test_tags_say_who_may_drive(tags: dict[str, str], permission: Permission | None) -> None:
    road = road_of(tags)
    assert (None if road is None else road.permission) == permission
