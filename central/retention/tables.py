"""Holds, what has been purged, the present announcement, and the chain of deletion records."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from central.database import Base
from central.errors import Conflict


class LegalHold(Base):
    """Somebody's word that a case and its files are still needed, whatever the rules say."""

    __tablename__ = "legal_holds"
    __table_args__ = (Index("ix_legal_holds_case_id", "case_id", "lifted_at"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    reason: Mapped[str] = mapped_column(Text)
    placed_by: Mapped[str] = mapped_column(String(64))
    unit: Mapped[str] = mapped_column(String(100))
    placed_at: Mapped[datetime]
    until: Mapped[datetime | None]  # null: until somebody lifts it
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None] = mapped_column(String(64))
    lifted_reason: Mapped[str | None] = mapped_column(Text)


class PurgedCase(Base):
    """A case whose personal data is gone."""

    __tablename__ = "purged_cases"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(40))
    purged_at: Mapped[datetime]
    run: Mapped[str] = mapped_column(String(26))


class RetentionPlan(Base):
    """The one announcement: what was due at `planned_at` goes once the notice is over. Held by whoever is deleting."""

    __tablename__ = "retention_plan"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    run: Mapped[str] = mapped_column(String(26))
    planned_at: Mapped[datetime]


class DeletionRow(Base):
    """A signed record of a deletion; only ever added."""

    __tablename__ = "deletions"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    run: Mapped[str] = mapped_column(String(26))
    rule: Mapped[str] = mapped_column(String(40), index=True)
    thing: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(100), index=True)
    hash: Mapped[str] = mapped_column(String(64))
    record: Mapped[str] = mapped_column(Text)  # canonical JSON, as it is exported


def _refuse_change(_mapper: Mapper[DeletionRow], _connection: Connection, _row: DeletionRow) -> None:
    raise Conflict("the record of a deletion is never changed")


sqlalchemy_event.listen(DeletionRow, "before_update", _refuse_change)
sqlalchemy_event.listen(DeletionRow, "before_delete", _refuse_change)
