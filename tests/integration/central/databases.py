"""Both databases for integration tests: SQLite in a folder, PostgreSQL as a server of one's own."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, text

from benchmarks.servers import ServerUnavailableError, postgresql_server


@contextmanager
def running_postgresql() -> Iterator[str]:
    """URL of a PostgreSQL server; the test is skipped where it is not installed."""
    try:
        server = postgresql_server()
        url = server.__enter__()
    except ServerUnavailableError as error:
        pytest.skip(str(error))
    try:
        yield url
    finally:
        server.__exit__(None, None, None)


def fresh_database(server_url: str, name: str) -> str:
    """A new, empty database on the server; returns its URL."""
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return f"{server_url.rpartition('/')[0]}/{name}"
