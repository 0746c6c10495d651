"""What the public page keeps: wrong look-ups for a few minutes, and the receipts of what was sent in."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from central.database import Base


class PublicTries(Base):
    """Wrong look-ups from an address or of a plate; the key is a keyed hash of either, the row is forgotten with its window."""

    __tablename__ = "public_tries"

    key: Mapped[str] = mapped_column(String(43), primary_key=True)
    since: Mapped[datetime] = mapped_column(index=True)
    count: Mapped[int]


class PublicReceipt(Base):
    """Something that the person concerned has sent in: sent twice (`form` names the form as it was shown), it is done once."""

    __tablename__ = "public_receipts"
    __table_args__ = (UniqueConstraint("case_id", "serial"),)

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    form: Mapped[str] = mapped_column(String(43), primary_key=True)
    serial: Mapped[int]
    act: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    pictures: Mapped[int]
