"""Deadlines as they stand in the database: what falls due when, and whether it has."""

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from central.database import Base

_OPEN = "fired_at IS NULL AND cancelled_at IS NULL AND parked_at IS NULL"


class Deadline(Base):
    """One deadline of one case. A deadline that is started again is a new generation; the one before is cancelled."""

    __tablename__ = "deadlines"
    __table_args__ = (
        UniqueConstraint("case_id", "name", "generation", name="uq_deadlines_case_id"),
        Index("ix_deadlines_open", "due_at", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))  # kind of the case: says who handles it
    case_id: Mapped[str] = mapped_column(String(26))
    name: Mapped[str] = mapped_column(String(40))
    generation: Mapped[int]
    trigger: Mapped[str] = mapped_column(String(40))  # what is pulled when it falls due
    due_at: Mapped[datetime]
    assumed: Mapped[bool] = mapped_column(default=False)  # counted through a year whose holidays are not known
    started_at: Mapped[datetime]
    fired_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    parked_at: Mapped[datetime | None]  # its effect failed again and again; a person has to look
    attempts: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(500))
