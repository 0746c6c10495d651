"""Notices as they stand in the database: durable before the first attempt, one row a notice."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from central.database import Base


class NoticeStatus(StrEnum):
    """How far a notice has come."""

    QUEUED = "queued"  # to be handed to the gateway (again)
    SENT = "sent"  # the gateway has it
    DELIVERED = "delivered"  # the receipt says so
    FAILED = "failed"  # the gateway refused it or could not deliver
    EXPIRED = "expired"  # not handed over in time
    CANCELLED = "cancelled"  # no longer wanted before it was handed over


class Notification(Base):
    """One notice to one person about one case. Its id is the idempotency key towards the gateway."""

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("case_id", "template", name="uq_notifications_case_id"),
        Index("ix_notifications_due", "status", "next_try_at"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))  # kind of the case
    case_id: Mapped[str] = mapped_column(String(26))
    template: Mapped[str] = mapped_column(String(40))
    recipient_protected: Mapped[str] = mapped_column(String(400))
    recipient_masked: Mapped[str] = mapped_column(String(20))
    recipient_reference: Mapped[str] = mapped_column(String(64), index=True)  # stands for the number in addresses and groupings
    text: Mapped[str] = mapped_column(Text)
    variables: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(String(10), default=NoticeStatus.QUEUED.value)
    attempts: Mapped[int] = mapped_column(default=0)
    queued_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    first_try_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]  # failed, expired or cancelled
    detail: Mapped[str] = mapped_column(String(200), default="")
