"""What older installations hold comes along: cases that an approval had ended stay ended, and every case gets a code."""

import json
from pathlib import Path

from sqlalchemy import text

from central.cases.public_code import ALPHABET, LENGTH
from central.database import Database
from central.schema import differences, downgrade, migrate

_CASE = """INSERT INTO cases (id, number, kind, playbook_version, state, state_kind, site, node, camera, zone, address, opened_at,
changed_at, moments, version) VALUES (:id, :id, 'parking', 1, :state, :kind, 's', 'n', 'c', 'z', 'a', '2026-06-01 01:00:00',
'2026-06-01 01:00:00', '{}', 1)"""
_LINE = """INSERT INTO case_timeline (case_id, at, recorded_at, actor, role, "trigger", source, target, reason, data)
VALUES ('A', '2026-06-01 01:00:00', '2026-06-01 01:00:00', 'x', 'system', 'stopped', 'new', 'grace', '', '{}')"""

_NODE = """INSERT INTO nodes (site, node, credential_sha256, enabled, created_at, earlier_keys, status, description)
VALUES ('s', 'n', 'x', 1, '2026-06-01 01:00:00', '[]', 'online', :description)"""


def test_cases_from_before_the_procedure_come_along(tmp_path: Path) -> None:
    with Database(f"sqlite:///{tmp_path / 'old.db'}") as database:
        migrate(database, "0004")
        with database.session() as session:
            for case_id, state, kind in (("A", "decided", "done"), ("B", "draft", "open")):
                session.execute(text(_CASE), {"id": case_id, "state": state, "kind": kind})
            session.execute(text(_LINE))
        migrate(database)
        assert differences(database) == []
        with database.reader() as session:
            rows = session.execute(text("SELECT id, state, profile, profile_version, public_code FROM cases ORDER BY id")).all()
        assert [tuple(row[:4]) for row in rows] == [("A", "closed", "traffic_police", 1), ("B", "draft", "traffic_police", 1)]
        codes = {row[4] for row in rows}
        assert len(codes) == 2
        assert all(len(code) == LENGTH and set(code) <= set(ALPHABET) for code in codes)
        downgrade(database, "0004")
        migrate(database)
        assert differences(database) == []


def test_cases_from_before_get_the_names_of_today(tmp_path: Path) -> None:
    """Zone and place as node and registry call them at the change; what has no name keeps none."""
    zone = {"zone": "z", "name": "东门", "name_en": "East gate"}
    description = {"cameras": [{"camera": "c", "zones": [zone]}, {"camera": "d", "zones": [zone | {"name": "西门"}]}]}
    with Database(f"sqlite:///{tmp_path / 'old.db'}") as database:
        migrate(database, "0004")
        with database.session() as session:
            session.execute(text(_CASE), {"id": "A", "state": "draft", "kind": "open"})
            session.execute(
                text(_CASE.replace("'z'", "'other'").replace("'a'", "'b'")), {"id": "B", "state": "draft", "kind": "open"}
            )
        migrate(database, "0025")
        with database.session() as session:
            session.execute(text(_NODE), {"description": json.dumps(description)})
            session.execute(text("INSERT INTO addresses VALUES ('a', '文一西路', 'Wenyi West Road', 30.0, 120.0)"))
        migrate(database)
        with database.reader() as session:
            names = session.execute(text("SELECT zone_zh, zone_en, place_zh, place_en FROM cases ORDER BY id")).all()
    assert [tuple(row) for row in names] == [("东门", "East gate", "文一西路", "Wenyi West Road"), ("", "", "", "")]
