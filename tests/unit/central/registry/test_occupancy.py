"""Which car parks are offered, and how counts come in: the newest stands, a stale one counts as unknown."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from central.database import Database
from central.registry.document import RegistryDocument, is_open
from central.registry.importing import import_registry
from central.registry.occupancy.building import build_counters
from central.registry.occupancy.config import CarParksConfig, CsvSource, HttpSource, JsonMapping, MqttSource
from central.registry.occupancy.csv_file import CsvCounter, rows_of
from central.registry.occupancy.http_poll import HttpCounter
from central.registry.occupancy.mapping import OccupancyError, read_time, readings_of
from central.registry.occupancy.mqtt_listener import MqttCounter
from central.registry.occupancy.recording import record, record_all
from central.registry.occupancy.rules import Ages, Reading, is_known, may_be_offered
from central.registry.service import RegistryService
from central.registry.tables import CarPark
from central.registry.walking import FootpathNetwork
from central.secrets import SecretKey
from yuhang.clock import ManualClock
from yuhang.config.loader import parse_yaml
from yuhang.coordinates import Position, distance_m
from yuhang.mqtt.config import MqttConfig
from yuhang.mqtt.session import MqttSession

NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
STALE = timedelta(minutes=15)
AGES = Ages(STALE, timedelta(days=1))
START = Position(30.2790, 120.0210)


@dataclass(frozen=True, slots=True)
class Park:
    """A car park as the rules see it."""

    free: int = 5
    closed: bool = False
    counted_at: datetime | None = NOON
    written_at: datetime | None = None
    opens: str = "00:00"
    closes: str = "00:00"


def park(code: str, north: float, **changes: Any) -> dict[str, Any]:
    place = {"code": code, "zh": code, "en": code, "latitude": START.latitude + north, "longitude": START.longitude}
    return {**place, "capacity": 100, "free": 10, **changes}


def fill(database: Database, secret: SecretKey, *parks: dict[str, Any]) -> None:
    with database.session() as session:
        import_registry(session, RegistryDocument.model_validate({"car_parks": list(parks)}), Path(), secret, NOON)


def free_of(database: Database, code: str) -> tuple[int, bool, datetime | None]:
    with database.reader() as session:
        row = session.get_one(CarPark, code)
        return row.free, row.closed, row.counted_at


# --- the choice ---


@pytest.mark.parametrize(
    ("what", "offered"),
    [
        (Park(), True),
        (Park(free=0), False),
        (Park(closed=True), False),
        (Park(counted_at=NOON - STALE), True),
        (Park(counted_at=NOON - STALE - timedelta(seconds=1)), False),
        (Park(counted_at=NOON + timedelta(minutes=5)), False),  # a wrong clock
        (Park(counted_at=None, written_at=NOON - timedelta(days=1)), True),  # written by hand: relied on for a day
        (Park(counted_at=None, written_at=NOON - timedelta(days=1, seconds=1)), False),
        (Park(counted_at=None), False),  # nobody knows when
        (Park(counted_at=NOON - STALE - timedelta(seconds=1), written_at=NOON), False),  # who counts goes before
        (Park(opens="06:00", closes="11:00"), False),  # it is twelve in Beijing
        (Park(opens="22:00", closes="12:01"), True),  # over midnight
        (Park(opens="22:00", closes="12:00"), False),
    ],
)
def test_what_may_be_offered(what: Park, offered: bool) -> None:
    assert may_be_offered(what, NOON, AGES) is offered


HOURS = st.integers(0, 24 * 60 - 1).map(lambda minute: f"{minute // 60:02d}:{minute % 60:02d}")
PARKS = st.lists(
    st.fixed_dictionaries(
        {
            "north": st.floats(-0.02, 0.02),
            "free": st.integers(0, 3),
            "closed": st.booleans(),
            "age_s": st.none() | st.floats(-300, 3600),
            "opens": HOURS,
            "closes": HOURS,
        }
    ),
    max_size=8,
)


@given(parks=PARKS, count=st.integers(1, 4), minute=st.integers(0, 24 * 60))
def test_the_choice_is_the_nearest_of_those_that_have_room(parks: list[dict[str, Any]], count: int, minute: int) -> None:
    now = NOON + timedelta(minutes=minute)
    local = now + timedelta(hours=8)
    rows = {}
    for number, facts in enumerate(parks):
        counted_at = None if facts["age_s"] is None else now - timedelta(seconds=facts["age_s"])
        row = CarPark(
            code=f"p{number}", name_zh="x", name_en="x", latitude=START.latitude + facts["north"], longitude=START.longitude
        )
        row.free, row.closed, row.counted_at = facts["free"], facts["closed"], counted_at
        row.opens, row.closes, row.capacity = facts["opens"], facts["closes"], 3
        rows[row.code] = row
    chosen = choose(list(rows.values()), now, count)
    for code in chosen:
        row = rows[code]
        assert row.free > 0
        assert not row.closed
        assert is_open(row.opens, row.closes, local)
        assert row.counted_at is None or now - STALE <= row.counted_at <= now + timedelta(minutes=1)
    good = [row for row in rows.values() if may_be_offered(row, now, AGES)]
    assert len(chosen) == min(count, len(good))
    farthest = max((away(rows[code]) for code in chosen), default=0.0)
    assert all(away(row) >= farthest - 1 for row in good if row.code not in chosen)


def away(row: CarPark) -> float:
    return distance_m(START, Position(row.latitude, row.longitude)) * 1.3


def choose(rows: list[CarPark], now: datetime, count: int) -> list[str]:
    """`RegistryService.nearest_car_parks` over these rows."""

    class Rows:
        def scalars(self, _statement: Any) -> list[CarPark]:
            return [row for row in rows if row.free > 0]

        def get(self, *_arguments: Any) -> None:
            return None

    service = RegistryService(SecretKey(bytes(32)), STALE.total_seconds())
    service._network, service._revision = FootpathNetwork({}, []), 0
    found = service.nearest_car_parks(Rows(), START, now, count)  # type: ignore[arg-type]
    return [near.code for near in found]


# --- counts ---


def test_the_newest_count_stands(database: Database, secret: SecretKey) -> None:
    fill(database, secret, park("p1", 0.001))
    with database.session() as session:
        assert record(session, Reading("p1", NOON, 7), NOON)
        assert not record(session, Reading("p1", NOON - timedelta(seconds=1), 9), NOON)
        assert record(session, Reading("p1", NOON, 7), NOON)  # a repeat changes nothing
        assert not record(session, Reading("p1", NOON + timedelta(minutes=5), 9), NOON)
        assert not record(session, Reading("p9", NOON, 9), NOON)
        assert record(session, Reading("p1", NOON + timedelta(seconds=1), None, closed=True), NOON)
    assert free_of(database, "p1") == (7, True, NOON + timedelta(seconds=1))


def test_a_counter_that_has_drifted_never_says_more_than_there_are(database: Database, secret: SecretKey) -> None:
    fill(database, secret, park("p1", 0.001))
    assert record_all(database, ManualClock(NOON), [Reading("p1", NOON, 1000)]) == 1
    assert free_of(database, "p1")[0] == 100


def test_a_stale_count_is_not_offered_and_a_new_one_is(database: Database, secret: SecretKey) -> None:
    fill(database, secret, park("p1", 0.001), park("p2", 0.002))
    service = RegistryService(secret, STALE.total_seconds())
    record_all(database, ManualClock(NOON), [Reading("p1", NOON, 7)])
    later = NOON + timedelta(minutes=16)
    with database.reader() as session:
        assert [near.code for near in service.nearest_car_parks(session, START, NOON)] == ["p1", "p2"]
        assert [near.code for near in service.nearest_car_parks(session, START, later)] == ["p2"]
    record_all(database, ManualClock(later), [Reading("p1", later, 3)])
    with database.reader() as session:
        assert [near.code for near in service.nearest_car_parks(session, START, later)] == ["p1", "p2"]
    with database.reader() as session:
        assert all(is_known(row, later, AGES) for row in session.scalars(select(CarPark)))


# --- a file ---


def test_a_file_is_read_whenever_it_changes(database: Database, secret: SecretKey, tmp_path: Path) -> None:
    fill(database, secret, park("p1", 0.001), park("p2", 0.002))
    path, clock = tmp_path / "parks.csv", ManualClock(datetime.now(UTC))
    counter = CsvCounter(database, clock, path)
    assert counter.run_once() == 0  # nobody has counted yet
    path.write_text("code,free\np1,4\np2,0\n", encoding="utf-8-sig")
    assert (counter.run_once(), counter.run_once()) == (2, 0)
    assert free_of(database, "p1")[0] == 4
    path.write_text(f"code,free,closed,at\np1,,closed,\np2,5,,{(clock.now() - timedelta(hours=1)).isoformat()}\n")
    assert counter.run_once() == 1  # the second row is older than what stands there
    assert free_of(database, "p1")[:2] == (4, True)
    assert free_of(database, "p2")[0] == 0


def test_a_bad_row_is_named_with_its_line_and_the_others_count() -> None:
    readings, findings = rows_of("code,free,at\np1,x,\n,3,\np2,7,2026-06-01T09:00:00\np3,8,2026-06-01T09:00:00+08:00\n", NOON)
    assert readings == [Reading("p3", datetime(2026, 6, 1, 1, 0, tzinfo=UTC), 8)]
    assert [finding.split(":")[0] for finding in findings] == ["2", "3", "4"]
    assert "has no zone" in findings[2]
    assert rows_of("kode,free\n", NOON)[1][0].startswith("1: the header needs")


# --- an address ---


def test_an_address_is_asked_every_so_often(database: Database, secret: SecretKey) -> None:
    fill(database, secret, park("p1", 0.001))
    clock = ManualClock(NOON)
    names = {"items": "data.parks", "code": "id", "occupied": "used", "capacity": "all", "at": "t", "time_format": "epoch-s"}
    mapping = JsonMapping.model_validate(names | {"codes": {"17": "p1"}})
    source = HttpSource(url="http://parks.test/", every_s=60, mapping=mapping)
    answers: list[Any] = [
        httpx.Response(200, json={"data": {"parks": [{"id": 17, "used": 90, "all": 100, "t": NOON.timestamp()}, {"id": 18}]}}),
        httpx.ConnectError("away"),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json={"data": {}}),
        httpx.Response(200, json={"data": {"parks": [{"id": 17, "used": 101, "all": 100, "t": NOON.timestamp() + 240}]}}),
    ]

    def answer(_request: httpx.Request) -> httpx.Response:
        found = answers.pop(0)
        if isinstance(found, Exception):
            raise found
        assert isinstance(found, httpx.Response)
        return found

    counter = HttpCounter(database, clock, source, httpx.Client(transport=httpx.MockTransport(answer)))
    assert (counter.run_once(), counter.run_once()) == (1, 0)
    assert free_of(database, "p1")[0] == 10
    for expected in (0, 0, 0, 1):
        clock.advance(60)
        assert counter.run_once() == expected
    assert free_of(database, "p1")[0] == 0
    assert answers == []


# --- messages ---


def test_messages_of_a_sites_own_counter(database: Database, secret: SecretKey) -> None:
    fill(database, secret, park("p1", 0.001), park("p2", 0.002))
    clock = ManualClock(NOON)
    counter = MqttCounter(database, clock, MqttSession(MqttConfig(), "test"), MqttSource())
    topic = "yuhang/v1/yuhang/gate-1/telemetry/carpark"
    counter.receive(topic, json.dumps({"code": "p1", "free": 3, "at": NOON.isoformat()}).encode())
    counter.receive(topic, json.dumps([{"code": "p2", "free": 0, "closed": True}, {"code": "p2"}, 7]).encode())
    for rubbish in (b"", b"{", b"7", b"\xff", b'{"code": "p1", "free": "many"}'):
        counter.receive(topic, rubbish)
    assert (counter.run_once(), counter.run_once()) == (2, 0)
    assert free_of(database, "p1") == (3, False, NOON)
    assert free_of(database, "p2") == (0, True, NOON)


def test_the_sources_of_a_configuration(database: Database, tmp_path: Path) -> None:
    text = """
stale_s: 600
sources:
  - {kind: csv, path: parks.csv}
  - {kind: http, url: "http://parks.test/"}
  - {kind: mqtt, topic: "own/parks/+"}
"""
    config = parse_yaml(text, CarParksConfig)
    mqtt = MqttSession(MqttConfig(), "test")
    names = [worker.name for worker in build_counters(config, database, ManualClock(), mqtt)]
    assert names == ["car-parks-csv", "car-parks-http", "car-parks-mqtt"]
    assert isinstance(config.sources[0], CsvSource)


# --- times and shapes ---


@pytest.mark.parametrize(
    ("text", "time_format"),
    [
        ("2026-06-01T12:00:00+08:00", "iso"),
        ("2026-06-01T04:00:00Z", "iso"),
        ("1780286400", "epoch-s"),
        ("1780286400000", "epoch-ms"),
        ("2026-06-01 12:00:00", "beijing"),
    ],
)
def test_times_of_every_format(text: str, time_format: str) -> None:
    assert read_time(text, time_format) == NOON


@given(text=st.text(max_size=30), time_format=st.sampled_from(["iso", "epoch-s", "epoch-ms", "beijing"]))
def test_a_time_is_read_or_refused(text: str, time_format: str) -> None:
    try:
        moment = read_time(text, time_format)
    except OccupancyError:
        return
    assert moment.tzinfo is not None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(st.sampled_from(["code", "free", "closed", "at", "parks"]), children, max_size=4)
    ),
    max_leaves=8,
)


@given(document=JSON, items=st.sampled_from(["", "parks"]))
def test_whatever_a_source_sends_gives_readings_or_findings(document: Any, items: str) -> None:
    try:
        readings, findings = readings_of(document, JsonMapping(items=items), NOON)
    except OccupancyError:
        return
    assert all(reading.free is None or reading.free >= 0 for reading in readings)
    assert all(finding for finding in findings)
