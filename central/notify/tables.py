"""Notices as they stand in the database: durable before the first attempt, one row a notice and one a channel that it took."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from central.database import Base


class NoticeStatus(StrEnum):
    """How far a notice, or one sending of it, has come."""

    QUEUED = "queued"  # to be handed to the gateway (again)
    SENT = "sent"  # the gateway has it
    DELIVERED = "delivered"  # the receipt says so
    FAILED = "failed"  # the gateway refused it or could not deliver
    GIVEN_UP = "given_up"  # one sending: no answer in time, so the next channel has its turn; a receipt still counts
    EXPIRED = "expired"  # not handed over in time
    CANCELLED = "cancelled"  # no longer wanted before it was handed over


class Notification(Base):
    """One notice to one person about one case, whatever channels it takes."""

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("case_id", "template", "occasion", name="uq_notifications_case_id"),
        Index("ix_notifications_due", "status", "next_try_at"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))  # kind of the case
    case_id: Mapped[str] = mapped_column(String(26))
    plate: Mapped[str] = mapped_column(String(12))
    template: Mapped[str] = mapped_column(String(40))
    occasion: Mapped[str] = mapped_column(String(40), default="")  # tells several notices of a template in one case apart
    code: Mapped[str] = mapped_column(String(40))  # under which the text is registered
    voice_code: Mapped[str | None] = mapped_column(String(40))
    signature: Mapped[str] = mapped_column(String(12))
    recipient_protected: Mapped[str | None] = mapped_column(String(400))  # None: central holds no number
    recipient_masked: Mapped[str] = mapped_column(String(20))
    recipient_reference: Mapped[str] = mapped_column(String(64), index=True)  # stands for the number in addresses and groupings
    text: Mapped[str] = mapped_column(Text)
    variables: Mapped[dict[str, Any]]
    segments: Mapped[int]
    status: Mapped[str] = mapped_column(String(10), default=NoticeStatus.QUEUED.value)
    attempts: Mapped[int] = mapped_column(default=0)
    queued_at: Mapped[datetime]
    next_try_at: Mapped[datetime | None]  # None: nothing is left to be tried, or a receipt decides
    expires_at: Mapped[datetime]
    first_try_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]  # failed, expired or cancelled
    detail: Mapped[str] = mapped_column(String(200), default="")
    otherwise: Mapped[dict[str, Any] | None]  # how the person was told where no channel did it: way, at, proof, by


class NoticeSending(Base):
    """A notice on one channel. Its id is the idempotency key towards the channel and comes back with the receipt."""

    __tablename__ = "notice_sendings"
    __table_args__ = (
        UniqueConstraint("notice_id", "channel", name="uq_notice_sendings_notice_id"),
        Index("ix_notice_sendings_asking", "ask_at"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    notice_id: Mapped[str] = mapped_column(ForeignKey("notifications.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(10), default=NoticeStatus.QUEUED.value)
    attempts: Mapped[int] = mapped_column(default=0)
    first_try_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    ask_at: Mapped[datetime | None]  # when the carrier is asked for the receipt, where it can be
    reference: Mapped[str] = mapped_column(String(100), default="")  # the carrier's own number of it
    day: Mapped[date | None] = mapped_column(index=True)  # Beijing's day on which it was taken: its cost counts there
    segments: Mapped[int] = mapped_column(default=0)
    cost_hao: Mapped[int] = mapped_column(default=0)  # ten-thousandths of a yuan
    detail: Mapped[str] = mapped_column(String(200), default="")
