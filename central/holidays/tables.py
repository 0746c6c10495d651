"""Entered years; a correction is a new version, nothing is overwritten."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from central.database import Base


class HolidayYear(Base):
    """The holidays (on weekdays) and make-up days (at weekends) of one year, as ISO dates."""

    __tablename__ = "holiday_years"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    holidays: Mapped[list[Any]]
    workdays: Mapped[list[Any]]
    entered_by: Mapped[str] = mapped_column(String(64))
    entered_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
