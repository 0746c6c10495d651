"""Transactions, times and claims on SQLite; the same on PostgreSQL is in the integration tests."""

import sqlite3
import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, StatementError

from central import database as database_module
from central.audit.tables import Look
from central.database import Database, claim, insert_missing
from central.ingest.tables import DeadLetter
from central.nodes.tables import Node
from yuhang.errors import StorageError

NOW = datetime(2026, 6, 1, 9, 30, tzinfo=timezone(timedelta(hours=8)))


def look(at: datetime = NOW) -> Look:
    return Look(at=at, user_id="u", user_name="n", unit="", action="view", subject="s", reason="r")


def node(name: str) -> dict[str, object]:
    return {
        "site": "a",
        "node": name,
        "credential_sha256": name,
        "enabled": True,
        "created_at": NOW,
        "earlier_keys": [],
        "status": "",
    }


def test_a_time_comes_back_as_the_same_moment_in_utc(database: Database) -> None:
    with database.session() as session:
        session.add(look())
    with database.reader() as session:
        found = session.scalars(select(Look)).one()
        assert found.at == NOW
        assert found.at.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="without a zone"), database.session() as session:
        session.add(look(datetime(2026, 6, 1)))  # noqa: DTZ001


def test_an_exception_undoes_the_whole_transaction(database: Database) -> None:
    def half_way() -> None:
        with database.session() as session:
            session.add(look())
            session.flush()
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        half_way()
    with database.reader() as session:
        assert session.scalar(select(Look)) is None


def test_what_a_reader_writes_is_not_kept(database: Database) -> None:
    with database.reader() as session:
        session.add(look())
        session.flush()
    with database.reader() as session:
        assert session.scalar(select(Look)) is None


def test_a_reader_never_waits_for_a_writer(database: Database) -> None:
    with database.session() as session:
        session.add(look())
        session.flush()
        with database.reader() as reading:
            assert reading.scalar(select(Look)) is None


def test_writers_of_one_process_queue(database: Database) -> None:
    order: list[str] = []
    inside = threading.Event()

    def second() -> None:
        inside.wait()
        with database.session() as session:
            order.append("second")
            session.add(look())

    thread = threading.Thread(target=second)
    thread.start()
    with database.session() as session:
        inside.set()
        time.sleep(0.05)
        order.append("first")
        session.add(look())
    thread.join()
    assert order == ["first", "second"]


def test_a_database_held_by_another_process_for_too_long_is_a_storage_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "BUSY_TIMEOUT_MS", 20)
    path = tmp_path / "held.db"
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    database = Database(f"sqlite:///{path}")
    with pytest.raises(StorageError, match="does not answer"), database.session() as session:
        session.execute(text("SELECT 1"))
    database.close()
    holder.close()


def test_a_database_that_is_not_there_is_a_storage_error(tmp_path: Path) -> None:
    with Database(f"sqlite:///{tmp_path}/no/such/folder.db") as database, pytest.raises(StorageError):
        database.ping()
    with Database("postgresql://yuhang@127.0.0.1:1/none") as database, pytest.raises(StorageError):
        database.ping()


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(StorageError, match="not supported"):
        Database("mysql://localhost/x")


def test_a_foreign_key_must_exist(database: Database) -> None:
    with pytest.raises(IntegrityError), database.session() as session:
        session.execute(
            text(
                "INSERT INTO node_commands (id, site, node, name, payload, expires_at, sent, status, detail)"
                " VALUES ('x', 'no', 'node', 'n', '', '2026-01-01', 0, '', '')"
            )
        )


def test_rows_that_are_there_are_left_alone(database: Database) -> None:
    with database.session() as session:
        insert_missing(session, Node, [node("n1"), node("n2")])
        insert_missing(session, Node, [{**node("n2"), "status": "changed"}, node("n3")])
        insert_missing(session, Node, [])
    with database.reader() as session:
        assert [(row.node, row.status) for row in session.scalars(select(Node).order_by(Node.node))] == [
            ("n1", ""),
            ("n2", ""),
            ("n3", ""),
        ]


def test_claimed_rows_are_rows(database: Database) -> None:
    with database.session() as session:
        session.add(look())
    with database.session() as session:
        assert [row.subject for row in claim(session, select(Look))] == ["s"]
        assert claim(session, select(DeadLetter)) == []
