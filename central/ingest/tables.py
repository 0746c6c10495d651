"""Messages that could not be taken in, kept with the reason."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from central.database import Base


class DeadLetter(Base):
    """A refused message; the same message again only raises its count."""

    __tablename__ = "dead_letters"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)  # SHA-256 of topic and payload
    reason: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(20), index=True)
    topic: Mapped[str] = mapped_column(String(300))
    payload: Mapped[bytes] = mapped_column(LargeBinary)  # capped, see `size`
    size: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime] = mapped_column(index=True)
    count: Mapped[int] = mapped_column(default=1)
