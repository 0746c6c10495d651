"""What older installations hold comes along: cases that an approval had ended stay ended, and every case gets a code."""

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
