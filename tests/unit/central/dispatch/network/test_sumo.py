import gzip
from pathlib import Path

import pytest

from central.dispatch.network.errors import NetworkError
from central.dispatch.network.model import Direction, Permission
from central.dispatch.network.sumo import read_sumo
from tests.unit.central.dispatch.network.maps import SUMO
from yuhang.coordinates import Position, distance_m


def written(tmp_path: Path, text: str = SUMO) -> Path:
    path = tmp_path / "small.net.xml"
    path.write_text(text, encoding="utf-8")
    return path


def test_edges_have_their_lanes_lengths_and_permissions(tmp_path: Path) -> None:
    network = read_sumo(written(tmp_path))
    west = network.edges[network.edge_of["west"]]
    assert (west.length_m, west.speed_mps, west.name) == (98.0, 13.89, "文一路")
    assert [lane.permission for lane in west.lanes] == [Permission.NOBODY, Permission.EVERYBODY]
    assert network.edges[network.edge_of["north"]].permission == Permission.BUS
    assert network.edges[network.edge_of["south"]].permission == Permission.EVERYBODY & ~Permission.CAR
    assert set(network.edge_of) == {"west", "east", "north", "south"}
    start = Position(52.431049424635425, 13.529137223279516)  # of UTM 33 at 400000, 5810000
    assert distance_m(west.shape[0], start) < 0.02


def test_turns_have_their_way_across_their_signal_and_who_may_take_them(tmp_path: Path) -> None:
    network = read_sumo(written(tmp_path))
    turns = {network.edges[turn.target].id: turn for turn in network.turns}
    assert turns["east"].direction is Direction.STRAIGHT
    assert (turns["east"].length_m, turns["east"].speed_mps) == (6.0, 8.0)
    assert (turns["south"].length_m, turns["south"].speed_mps) == (9.0, 4.0)  # both inner lanes
    assert turns["south"].links == {1}
    assert turns["north"].permission == Permission.BUS
    assert turns["north"].signal is None
    assert turns["north"].yields
    assert not turns["east"].yields
    signal = network.signals[turns["east"].signal or 0]
    assert (signal.cycle_s, signal.green_s(frozenset({0})), signal.green_s(frozenset({1}))) == (50, 30, 17)


def test_a_packed_file_reads_the_same(tmp_path: Path) -> None:
    packed = tmp_path / "small.net.xml.gz"
    packed.write_bytes(gzip.compress(SUMO.encode()))
    assert read_sumo(packed).edges == read_sumo(written(tmp_path)).edges


def test_a_network_without_projection_asks_for_its_origin(tmp_path: Path) -> None:
    flat = SUMO.replace("+proj=utm +zone=33 +ellps=WGS84 +datum=WGS84 +units=m +no_defs", "!")
    with pytest.raises(NetworkError, match="--origin"):
        read_sumo(written(tmp_path, flat))
    network = read_sumo(written(tmp_path, flat), Position(30.0, 120.0))
    assert distance_m(network.nodes[0].position, Position(30.0, 120.0)) < 0.02


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (('index="1" speed="13.89" length="98.00"', 'index="1" speed="13.89" length="long"'), r":9: <lane> .*length='long'"),
        (('from="c" to="e"', 'from="c" to="x"'), r":11: <edge> to='x' is no junction"),
        (('fromLane="1" toLane="0" via=":c_1_0"', 'fromLane="7" toLane="0" via=":c_1_0"'), "joins lane 7 of west"),
        (('linkIndex="1"', 'linkIndex="5"'), "signal light has a link 5"),
        (("</net>", ""), "is no sound XML"),
        (("<net ", "<osm "), "is no sound XML|is not SUMO"),
        (('<?xml version="1.0"?>', '<?xml version="1.0"?><!DOCTYPE net [<!ENTITY a "b">]>'), "declares the entity 'a'"),
    ],
)
def test_a_damaged_file_is_refused_with_its_place(tmp_path: Path, damage: tuple[str, str], says: str) -> None:
    assert damage[0] in SUMO
    with pytest.raises(NetworkError, match=says):
        read_sumo(written(tmp_path, SUMO.replace(*damage, 1)))


@pytest.mark.parametrize(
    "file", ["berlin_doerpfeldstr/net.net.xml.gz", "bologna_joined/joined_buslanes.net.xml", "wildau/Netzmodell2.net.xml"]
)
def test_a_real_network_is_what_sumolib_reads(shared_dir: Path, file: str) -> None:
    sumolib = pytest.importorskip("sumolib", reason="the cross-check needs the extra sumo")
    path = shared_dir / "nets" / file
    network, truth = read_sumo(path), sumolib.net.readNet(str(path))
    engines = {edge.id for edge in network.edges if edge.permission & Permission.EMERGENCY}
    assert engines == {edge.getID() for edge in truth.getEdges() if edge.allows("emergency")}
    for edge in network.edges:
        assert edge.length_m == pytest.approx(max(0.1, truth.getEdge(edge.id).getLength()))
    ours = {
        (network.edges[turn.source].id, network.edges[turn.target].id)
        for turn in network.turns
        if turn.permission & Permission.EMERGENCY
    }
    theirs = {
        (edge.getID(), after.getID())
        for edge in truth.getEdges()
        for after, links in edge.getOutgoing().items()
        if any(link.getFromLane().allows("emergency") and link.getToLane().allows("emergency") for link in links)
    }
    assert ours == theirs
