"""Alembic's entry: runs the migrations on the connection that `central.schema` hands in."""

from typing import Any, Literal

from alembic import context

from central.database import JsonDocument, UtcDateTime
from central.tables import METADATA


def render_item(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """How our own column types are written in a migration."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "central.database.UtcDateTime()"
    if kind == "type" and item is JsonDocument:
        return "central.database.JsonDocument"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
