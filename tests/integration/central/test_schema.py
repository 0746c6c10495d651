"""Migrations on both databases: from nothing to the present tables, back, and up again."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from alembic.util import CommandError
from sqlalchemy import inspect, select

from central import schema
from central.audit.tables import Look
from central.database import Database
from central.schema import differences, downgrade, migrate
from central.tables import METADATA
from yuhang.clock import ManualClock

pytestmark = pytest.mark.integration


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with Database(database_url) as opened:
        yield opened


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


def test_from_nothing_the_migrations_give_exactly_the_tables_of_the_code(database: Database) -> None:
    migrate(database)
    assert differences(database) == []
    assert tables(database) == set(METADATA.tables)


def test_every_step_can_be_taken_back_and_again(database: Database) -> None:
    migrate(database)
    steps = 0
    while tables(database):
        downgrade(database, "-1")
        steps += 1
    with pytest.raises(CommandError):
        downgrade(database, "-1")
    assert steps == len(list((Path(schema.__file__).parent / "migrations" / "versions").glob("*.py")))
    migrate(database)
    assert differences(database) == []


def test_what_is_stored_survives_an_upgrade(database: Database) -> None:
    migrate(database)
    with database.session() as session:
        session.add(Look(at=ManualClock().now(), user_id="u", user_name="n", unit="", action="view", subject="s", reason="r"))
    migrate(database)
    with database.reader() as session:
        assert session.scalars(select(Look.subject)).all() == ["s"]


def test_processes_that_start_at_once_migrate_one_after_the_other(database_url: str, tmp_path: Path) -> None:
    config = tmp_path / "central.yaml"
    config.write_text(
        yaml.safe_dump({"data_dir": str(tmp_path), "mqtt": {}, "database": {"url": database_url}}), encoding="utf-8"
    )
    command = [sys.executable, "-m", "yuhang", "central", "migrate", "--config", str(config)]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2)]
    for process in running:
        _, errors = process.communicate(timeout=90)
        assert process.returncode == 0, errors.decode()
    with Database(database_url) as database:
        assert differences(database) == []
