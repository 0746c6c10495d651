"""Events as nodes have sent them, whole and unchanged, with how far central has got with each."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from central.database import Base


class EventState(StrEnum):
    """How far central has got with an event."""

    NEW = "new"
    HANDLED = "handled"
    PARKED = "parked"  # handling failed again and again; a person has to look


class StoredEvent(Base):
    """One event. The ULID is the idempotency key: the same event arriving again changes nothing."""

    __tablename__ = "events"
    __table_args__ = (
        Index(
            "ix_events_open",
            "site",
            "node",
            "seq",
            sqlite_where=text("state <> 'handled'"),
            postgresql_where=text("state <> 'handled'"),
        ),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    site: Mapped[str] = mapped_column(String(63))
    node: Mapped[str] = mapped_column(String(63))
    seq: Mapped[int] = mapped_column(BigInteger)
    type: Mapped[str] = mapped_column(String(60))
    time: Mapped[datetime]
    received_at: Mapped[datetime]
    payload: Mapped[str] = mapped_column(Text)  # the JSON as it came
    state: Mapped[str] = mapped_column(String(10), default=EventState.NEW.value, server_default=EventState.NEW.value)
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    retry_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(Text)


class SeqRange(Base):
    """A range of a node's sequence numbers that have arrived, without a hole; more than one range means a gap."""

    __tablename__ = "seq_ranges"

    site: Mapped[str] = mapped_column(String(63), primary_key=True)
    node: Mapped[str] = mapped_column(String(63), primary_key=True)
    first: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(BigInteger)
