"""The registry: import from YAML, protected numbers, car parks that are open and have room."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from central.database import Database
from central.registry.document import RegistryDocument, is_open
from central.registry.importing import ImportCounts, import_registry
from central.registry.service import RegistryService, mask_phone
from central.registry.tables import CarPark, Vehicle
from central.secrets import SecretKey
from yuhang.config import load_yaml
from yuhang.coordinates import Position
from yuhang.errors import ConfigError

EXAMPLE = Path(__file__).parents[4] / "docs" / "examples" / "registry.yaml"
START = Position(30.2790, 120.0210)
NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 6, 1, 16, 0, tzinfo=UTC)


@pytest.fixture
def counts(database: Database, secret: SecretKey) -> ImportCounts:
    with database.session() as session:
        return import_registry(session, load_yaml(EXAMPLE, RegistryDocument), EXAMPLE.parent, secret, NOON)


def test_the_example_can_be_imported_again_and_again(database: Database, secret: SecretKey, counts: ImportCounts) -> None:
    assert counts == ImportCounts(vehicles=4, exempt=1, addresses=1, car_parks=3, footpaths=4)
    with database.session() as session:
        assert import_registry(session, load_yaml(EXAMPLE, RegistryDocument), EXAMPLE.parent, secret, NOON) == counts
        assert len(session.scalars(select(CarPark)).all()) == 3


def test_law_21_numbers_are_stored_protected(database: Database, counts: ImportCounts, registry: RegistryService) -> None:
    with database.reader() as session:
        row = session.get_one(Vehicle, "浙A12345")
        assert "13800000001" not in f"{row.phone_protected}{row.phone_masked}"
        owner = registry.owner(session, "浙A12345")
    assert owner is not None
    assert owner.phone == "13800000001"
    assert owner.masked == "138****0001"
    assert "13800000001" not in repr(owner)


@pytest.mark.parametrize("plate", ["浙A23456", "浙A34567", "浙A99999"])
def test_who_cannot_be_reached_has_no_owner(
    database: Database, counts: ImportCounts, registry: RegistryService, plate: str
) -> None:
    with database.reader() as session:
        assert registry.owner(session, plate) is None


def test_exempt_vehicles(database: Database, counts: ImportCounts, registry: RegistryService) -> None:
    with database.reader() as session:
        assert registry.exempt_reason(session, "浙A11900") == "消防车 fire engine"
        assert registry.exempt_reason(session, "浙A12345") is None


@pytest.mark.parametrize(("now", "expected"), [(NOON, ["p1", "p3"]), (MIDNIGHT, ["p1"])])
def test_never_a_full_or_closed_car_park(
    database: Database, counts: ImportCounts, registry: RegistryService, now: datetime, expected: list[str]
) -> None:
    with database.reader() as session:
        parks = registry.nearest_car_parks(session, START, now)
    assert [park.code for park in parks] == expected


def test_the_three_nearest_on_foot(database: Database, counts: ImportCounts, registry: RegistryService) -> None:
    with database.session() as session:
        for park in session.scalars(select(CarPark)):
            park.free = 5
        session.flush()
        parks = registry.nearest_car_parks(session, START, NOON, count=3)
        assert registry.nearest_car_parks(session, START, NOON, count=2) == parks[:2]
    assert [(park.code, park.metres) for park in parks] == [("p1", 255), ("p3", 260), ("p2", 344)]


def test_a_changed_network_is_noticed(
    database: Database, secret: SecretKey, counts: ImportCounts, registry: RegistryService
) -> None:
    document = RegistryDocument.model_validate(
        {
            "footpaths": {
                "nodes": [
                    {"id": "a", "latitude": 30.2790, "longitude": 120.0210},
                    {"id": "e", "latitude": 30.2801, "longitude": 120.0189},
                ],
                "edges": [{"from": "a", "to": "e", "metres": 900}],
            }
        }
    )
    with database.reader() as session:
        before = registry.nearest_car_parks(session, START, NOON)
    with database.session() as session:
        import_registry(session, document, Path(), secret, NOON)
    with database.reader() as session:
        after = registry.nearest_car_parks(session, START, NOON)
    assert {park.code: park.metres for park in before}["p3"] == 260
    assert {park.code: park.metres for park in after}["p3"] == 900


def test_footpaths_from_geojson(tmp_path: Path, database: Database, secret: SecretKey) -> None:
    line = {"type": "LineString", "coordinates": [[120.02, 30.28], [120.021, 30.28]]}
    features = [{"type": "Feature", "properties": {}, "geometry": line}]
    (tmp_path / "paths.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    document = RegistryDocument.model_validate({"footpaths": {"geojson": "paths.geojson"}})
    with database.session() as session:
        assert import_registry(session, document, tmp_path, secret, NOON).footpaths == 1
    (tmp_path / "paths.geojson").write_text("{")
    with database.session() as session, pytest.raises(ConfigError, match="not a GeoJSON file with lines"):
        import_registry(session, document, tmp_path, secret, NOON)


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("vehicles:\n  - {plate: 浙A12345, phone: '12'}\n", ":2: vehicles[0].phone"),
        (
            "car_parks:\n  - {code: p, zh: x, en: x, latitude: 91, longitude: 0, capacity: 1, free: 1}\n",
            ":2: car_parks[0].latitude",
        ),
        ("footpaths:\n  nodes: []\n  edges:\n    - {from: a, to: b}\n", "there is no node 'a'"),
        ("vehicels: []\n", "did you mean 'vehicles'"),
    ],
)
def test_a_bad_file_is_named_with_line_and_key(tmp_path: Path, text: str, finding: str) -> None:
    path = tmp_path / "registry.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_yaml(path, RegistryDocument)
    assert finding in str(caught.value)


@pytest.mark.parametrize(
    ("opens", "closes", "hour", "expected"),
    [
        ("00:00", "00:00", 3, True),
        ("06:00", "23:00", 5, False),
        ("06:00", "23:00", 6, True),
        ("06:00", "23:00", 23, False),
        ("22:00", "06:00", 23, True),
        ("22:00", "06:00", 5, True),
        ("22:00", "06:00", 6, False),
    ],
)
def test_opening_hours(opens: str, closes: str, hour: int, expected: bool) -> None:
    assert is_open(opens, closes, datetime(2026, 6, 1, hour, 0, tzinfo=UTC)) is expected


def test_masks() -> None:
    assert mask_phone("13812345678") == "138****5678"
    assert mask_phone("12345") == "1****"
