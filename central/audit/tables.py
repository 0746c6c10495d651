"""The log of looks: written when it happens, never changed."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from central.database import Base


class Look(Base):
    """One view or export of evidence or personal data (LAW 16: who, unit, reason, content)."""

    __tablename__ = "looks"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(index=True)
    user_id: Mapped[str] = mapped_column(String(26), index=True)
    user_name: Mapped[str] = mapped_column(String(64))
    unit: Mapped[str] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(20))  # view, export or live
    subject: Mapped[str] = mapped_column(String(200), index=True)  # for example evidence/<sha256>, case/<id>
    reason: Mapped[str] = mapped_column(Text)
