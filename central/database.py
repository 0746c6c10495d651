"""The database: one engine, one transaction at a time per session, SQLite and PostgreSQL behind the same few calls.

SQLite has a single writer. It is made explicit here: a writing session takes a lock of this process and opens with
`BEGIN IMMEDIATE`, so that a transaction that has begun never fails half-way because another one was faster. On PostgreSQL
writers run side by side and due work is claimed row by row (`claim`).
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Self, TypeVar

from sqlalchemy import JSON, DateTime, Dialect, MetaData, Select, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from yuhang.errors import StorageError

BUSY_TIMEOUT_MS = 10_000  # another process (a command line, a backup) may hold SQLite's write lock this long
_READ_ONLY = "yuhang_read_only"

Row = TypeVar("Row")

JsonDocument = JSON().with_variant(JSONB(), "postgresql")
"""Column type for a JSON document on either database."""


class UtcDateTime(TypeDecorator[datetime]):
    """A time-zone-aware UTC time; a naive one is refused. SQLite keeps it as sortable text without a zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of all tables. `datetime` columns are UTC; `dict[str, Any]` and `list[Any]` columns are JSON documents."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own declaration
        datetime: UtcDateTime,
        dict[str, Any]: JsonDocument,
        list[Any]: JsonDocument,
    }


class Database:
    """A database by its URL: `sqlite:///path/to/file.db` or `postgresql+psycopg://user@host/name`."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = make_url(url)
        self.dialect = self.url.get_backend_name()
        if self.dialect not in {"sqlite", "postgresql"}:
            raise StorageError(f"database {self.dialect!r} is not supported; use sqlite or postgresql+psycopg")
        if self.dialect == "postgresql":
            self.url = self.url.set(drivername="postgresql+psycopg")
        self.engine = create_engine(self.url, pool_size=pool_size, max_overflow=20, pool_pre_ping=self.dialect == "postgresql")
        self._reading = self.engine.execution_options(**{_READ_ONLY: True})
        self._writer: threading.Lock | None = None
        if self.dialect == "sqlite":
            self._writer = threading.Lock()
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One writing transaction: committed at the end of the block, rolled back by any exception.

        Never open one inside another in the same thread: hand the session down instead. On SQLite writers queue here.
        Raises `StorageError` where the database is away, locked or full.
        """
        if self._writer is None:
            with _transaction(self.engine) as session:
                yield session
            return
        if not self._writer.acquire(timeout=BUSY_TIMEOUT_MS / 1000):
            raise StorageError("the database is busy: another writer has held it for too long")
        try:
            with _transaction(self.engine) as session:
                yield session
        finally:
            self._writer.release()

    @contextmanager
    def reader(self) -> Iterator[Session]:
        """One reading transaction; it never waits for a writer. Nothing done in it is kept."""
        with _storage_errors(), Session(self._reading, expire_on_commit=False) as session:
            yield session

    def ping(self) -> None:
        """Ask the database for an answer; `StorageError` if there is none."""
        with self.reader() as session:
            session.execute(text("SELECT 1"))

    def close(self) -> None:
        self.engine.dispose()


def claim(session: Session, statement: "Select[Row]") -> Sequence[Row]:
    """Rows of due work that nobody else is working on, locked until the transaction ends.

    PostgreSQL skips rows that another worker holds; on SQLite a writing session is alone anyway.
    """
    return session.scalars(statement.with_for_update(skip_locked=True)).all()


def insert_missing(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, leaving out those whose key is already there (on both databases)."""
    if not rows:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(table).on_conflict_do_nothing(), [dict(row) for row in rows])


@contextmanager
def _transaction(engine: Engine) -> Iterator[Session]:
    with _storage_errors(), Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def _storage_errors() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeoutError) as error:
        cause = getattr(error, "orig", None) or error
        raise StorageError(f"the database does not answer: {cause}") from error


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions are opened by `_begin_sqlite`, not guessed by the driver
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get(_READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
