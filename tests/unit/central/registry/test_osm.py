"""Footpaths of an OpenStreetMap extract: who may walk where."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from central.database import Database
from central.registry.document import RegistryDocument
from central.registry.importing import import_registry
from central.registry.osm import is_walkable, read_osm_lines
from central.registry.tables import FootpathNode
from central.registry.walking import FootpathNetwork, network_from_lines
from central.secrets import SecretKey
from yuhang.coordinates import Datum, Position, convert, distance_m
from yuhang.errors import ConfigError

EXTRACT = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6">
 <node id="1" lat="30.2790" lon="120.0210"/>
 <node id="2" lat="30.2800" lon="120.0210"/>
 <node id="3" lat="30.2800" lon="120.0225"><tag k="barrier" v="gate"/></node>
 <node id="4" lat="30.2810" lon="120.0225"/>
 <way id="10"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="footway"/></way>
 <way id="11"><nd ref="3"/><nd ref="99"/><nd ref="4"/><tag k="highway" v="residential"/></way>
 <way id="12"><nd ref="1"/><nd ref="4"/><tag k="highway" v="motorway"/></way>
 <way id="13"><nd ref="1"/><nd ref="3"/><tag k="building" v="yes"/></way>
</osm>
"""


def test_walkable_ways_become_lines(tmp_path: Path) -> None:
    path = tmp_path / "extract.osm"
    path.write_text(EXTRACT)
    (line,) = read_osm_lines(path)  # the second way is cut at the point outside the extract, and one point is no line
    assert line == [Position(30.2790, 120.0210), Position(30.2800, 120.0210), Position(30.2800, 120.0225)]
    (walk,) = FootpathNetwork(*network_from_lines([line])).walks(line[0], [line[2]])
    assert walk.metres == pytest.approx(distance_m(line[0], line[1]) + distance_m(line[1], line[2]))
    assert not walk.estimated


@pytest.mark.parametrize(
    ("tags", "walkable"),
    [
        ({"highway": "footway"}, True),
        ({"highway": "motorway"}, False),
        ({"highway": "trunk", "foot": "yes"}, False),
        ({"highway": "primary"}, True),
        ({"highway": "primary", "foot": "no"}, False),
        ({"highway": "service", "access": "private"}, False),
        ({"highway": "service", "access": "private", "foot": "designated"}, True),
        ({"highway": "pedestrian", "area": "yes"}, False),
        ({"building": "yes"}, False),
    ],
)
def test_who_may_walk_where(tags: dict[str, str], walkable: bool) -> None:
    assert is_walkable(tags) is walkable


def test_the_registry_takes_an_extract_and_a_shifted_map(tmp_path: Path, database: Database, secret: SecretKey) -> None:
    (tmp_path / "extract.osm").write_text(EXTRACT)
    document = RegistryDocument.model_validate({"footpaths": {"osm": "extract.osm"}})
    with database.session() as session:
        assert import_registry(session, document, tmp_path, secret, datetime(2026, 6, 1, tzinfo=UTC)).footpaths == 2
    place = Position(30.2790, 120.0210)
    shifted = convert(place, Datum.WGS84, Datum.GCJ02)
    line = [[shifted.longitude, shifted.latitude], [shifted.longitude + 0.001, shifted.latitude]]
    feature = {"type": "Feature", "geometry": {"type": "LineString", "coordinates": line}}
    (tmp_path / "paths.geojson").write_text(str({"features": [feature]}).replace("'", '"'))
    document = RegistryDocument.model_validate({"footpaths": {"geojson": "paths.geojson", "datum": "gcj02"}})
    with database.session() as session:
        assert import_registry(session, document, tmp_path, secret, datetime(2026, 6, 1, tzinfo=UTC)).footpaths == 1
        nodes = session.scalars(select(FootpathNode)).all()
    assert min(distance_m(place, Position(node.latitude, node.longitude)) for node in nodes) < 1.0


@pytest.mark.parametrize("text", ["", "{", "<osm><node id='1'/></osm>", "<osm><node id='1' lat='x' lon='1'/></osm>"])
def test_what_is_no_extract_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "extract.osm"
    path.write_text(text)
    with pytest.raises(ConfigError, match="not an OpenStreetMap extract"):
        list(read_osm_lines(path))
