"""Escort tasks as they stand in the database, what happened to them, and every order to a signal."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from central.database import Base


class EscortTask(Base):
    """A task. `source` and `reference` are those of the call: the same call again is the same task."""

    __tablename__ = "escort_tasks"
    __table_args__ = (UniqueConstraint("source", "reference"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    source: Mapped[str] = mapped_column(String(20))
    reference: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(12))
    what: Mapped[str] = mapped_column(String(300))
    address: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(200))  # as the gazetteer calls it; empty until the place is known
    latitude: Mapped[float | None]  # WGS-84
    longitude: Mapped[float | None]
    state: Mapped[str] = mapped_column(String(12), index=True)
    consent: Mapped[str] = mapped_column(String(12))
    engine: Mapped[str] = mapped_column(String(63))
    called_at: Mapped[datetime]
    received_at: Mapped[datetime]
    assigned_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    planned_s: Mapped[float | None]  # travel time when the engine was assigned, with steered signals
    unaided_s: Mapped[float | None]  # the same way at the same time without priority, as estimated


class EscortNote(Base):
    """One thing that happened to a task; rows are only ever added."""

    __tablename__ = "escort_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[str] = mapped_column(ForeignKey("escort_tasks.id"), index=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(64))
    what: Mapped[str] = mapped_column(String(30))
    reason: Mapped[str] = mapped_column(String(300))
    data: Mapped[dict[str, Any]]


class SignalOrder(Base):
    """An order to a signal, written before it is sent, and again with what came of it."""

    __tablename__ = "signal_orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    junction: Mapped[str] = mapped_column(String(60), index=True)
    request_id: Mapped[str] = mapped_column(String(120))
    task_id: Mapped[str] = mapped_column(String(26), index=True)
    action: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(100))
    outcome: Mapped[str] = mapped_column(String(300))
    lamps: Mapped[dict[str, Any]]
