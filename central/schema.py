"""Brings a database to the tables that this version of central needs, by Alembic migrations."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.engine import Connection

from central.database import Database
from central.tables import METADATA

_FOLDER = Path(__file__).parent / "migrations"
_VERSIONS = _FOLDER / "versions"
_LOCK = 0x79756861  # PostgreSQL advisory lock: several workers that start at once migrate one after the other


def migrate(database: Database, revision: str = "head") -> None:
    """Upgrade to a revision; on an up-to-date database nothing happens. `StorageError` if the database is away."""
    with _configured(database) as config:
        command.upgrade(config, revision)


def downgrade(database: Database, revision: str) -> None:
    """Go back to a revision; what only later tables hold is lost."""
    with _configured(database) as config:
        command.downgrade(config, revision)


def differences(database: Database) -> list[Any]:
    """What the tables of the database lack or have too much, as Alembic lists it; empty when all is well."""
    with database.session() as session:
        options = {"compare_type": True, "compare_server_default": False}
        return list(compare_metadata(MigrationContext.configure(session.connection(), opts=options), METADATA))


def write_revision(database: Database, message: str) -> None:
    """For developers: write the migration from the database (at head) to the present tables."""
    with _configured(database) as config:
        command.revision(config, message=message, autogenerate=True, rev_id=f"{len(list(_VERSIONS.glob('*.py'))) + 1:04d}")


@contextmanager
def _configured(database: Database) -> Iterator[Config]:
    with database.session() as session:
        connection: Connection = session.connection()
        if database.dialect == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        config = Config()
        config.set_main_option("script_location", str(_FOLDER))
        config.attributes["connection"] = connection
        yield config
