"""Alarms, the events that they are made of, and what people said about them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from central.database import Base


class Alarm(Base):
    """One suspicion. `verdict` is empty until somebody has looked; `facts` are what the events said last."""

    __tablename__ = "alarms"
    __table_args__ = (Index("ix_alarms_open", "verdict", "began_at"), Index("ix_alarms_kind", "kind", "began_at"))

    track: Mapped[str] = mapped_column(String(26), primary_key=True)
    site: Mapped[str] = mapped_column(String(63))
    node: Mapped[str] = mapped_column(String(63))
    camera: Mapped[str] = mapped_column(String(63))
    zone: Mapped[str] = mapped_column(String(63))
    address: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(20))
    began_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    facts: Mapped[dict[str, Any]]
    verdict: Mapped[str] = mapped_column(String(20), default="")


class AlarmPart(Base):
    """An event of an alarm; its files are those that the event has brought."""

    __tablename__ = "alarm_parts"

    event_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    track: Mapped[str] = mapped_column(ForeignKey("alarms.track", ondelete="CASCADE"), index=True)


class AlarmAnswer(Base):
    """What somebody said about an alarm, and why; rows are only ever added, the last one counts."""

    __tablename__ = "alarm_answers"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    track: Mapped[str] = mapped_column(ForeignKey("alarms.track", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(64))
    unit: Mapped[str] = mapped_column(String(100))
    verdict: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(300))
