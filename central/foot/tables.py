"""Tasks for officers on foot as they stand in the database, and the chain of their photos."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from central.database import Base


class FootTask(Base):
    """Who has taken the task of a case; a row is there from the first time somebody took it."""

    __tablename__ = "foot_tasks"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    taken_by: Mapped[str | None] = mapped_column(String(64))
    taken_at: Mapped[datetime | None]
    report_key: Mapped[str | None] = mapped_column(String(64))  # of the report that ended it: sent again, it changes nothing


class FootErrand(Base):
    """An officer is asked to tell the person at the door what a message did not; open as long as the message waits."""

    __tablename__ = "foot_errands"

    notice_id: Mapped[str] = mapped_column(ForeignKey("notifications.id", ondelete="CASCADE"), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    asked_by: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    taken_by: Mapped[str | None] = mapped_column(String(64))
    taken_at: Mapped[datetime | None]


class FootPhoto(Base):
    """A photo of an officer: one link of a signed chain, written when its bytes were here. Links are only ever added."""

    __tablename__ = "foot_photos"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)  # given by the phone: sent again, it is the same photo
    kind: Mapped[str] = mapped_column(String(10))
    sha256: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime]
    hash: Mapped[str] = mapped_column(String(64))
    record: Mapped[str] = mapped_column(Text)  # the signed record, canonical JSON
