"""Fixtures with real databases."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.integration.central.databases import fresh_database, running_postgresql


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL server for the whole run."""
    with running_postgresql() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new, empty database of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'central.db'}"
    return fresh_database(request.getfixturevalue("postgresql_url"), f"test_{uuid4().hex[:12]}")


@pytest.fixture
def fresh_postgresql(postgresql_url: str) -> str:
    """A new, empty PostgreSQL database."""
    return fresh_database(postgresql_url, f"test_{uuid4().hex[:12]}")
