"""Every payment that was ever reported, one row each; its reference is the idempotency key."""

from datetime import datetime

from sqlalchemy import String
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
