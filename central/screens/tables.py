"""What the screens keep: forms that were sent, so that one sent twice is one act."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from central.database import Base


class FormReceipt(Base):
    """A form that was sent: `location` is where its answer led to, null while it is being carried out."""

    __tablename__ = "form_receipts"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    location: Mapped[str | None] = mapped_column(String(500))
