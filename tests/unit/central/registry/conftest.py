"""A registry in a database of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import central.registry.tables
from central.database import Base, Database
from central.registry.service import RegistryService
from central.secrets import SecretKey

TABLES = [table for table in vars(central.registry.tables).values() if isinstance(table, type) and issubclass(table, Base)]


@pytest.fixture
def secret(tmp_path: Path) -> SecretKey:
    return SecretKey.load(tmp_path / "secret.key")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database(f"sqlite:///{tmp_path / 'test.db'}") as opened:
        tables = [Base.metadata.tables[table.__tablename__] for table in TABLES if table is not Base]
        Base.metadata.create_all(opened.engine, tables=tables)
        yield opened


@pytest.fixture
def registry(secret: SecretKey) -> RegistryService:
    return RegistryService(secret)
