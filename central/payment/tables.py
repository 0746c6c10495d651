"""Every payment that was ever reported, one row each; its reference is the idempotency key."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from central.database import Base


class Payment(Base):
    """A payment as reported, and what it meant when it came. No name of a payer is kept."""

    __tablename__ = "payments"

    reference: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[str] = mapped_column(String(32))  # of the case, as reported
    case_id: Mapped[str | None] = mapped_column(String(26), index=True)
    amount: Mapped[int]  # fen
    late_fee: Mapped[int]  # fen owed on top at the time of payment
    paid_at: Mapped[datetime]
    reported_at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(10))
    refunded_at: Mapped[datetime | None]  # paid back outside, as a person has put down; it counts for nothing any more


class PaymentAct(Base):
    """What a person did with a payment that settled nothing. Rows are only ever added."""

    __tablename__ = "payment_acts"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(ForeignKey("payments.reference"), index=True)
    act: Mapped[str] = mapped_column(String(10))
    by: Mapped[str] = mapped_column(String(64))
    unit: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(500))
    outcome_before: Mapped[str] = mapped_column(String(10))
    outcome_after: Mapped[str] = mapped_column(String(10))
    case_before: Mapped[str | None] = mapped_column(String(26))
    case_after: Mapped[str | None] = mapped_column(String(26))
