"""The log of looks: written when it happens, never changed."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from central.database import Base
from central.errors import Conflict


class Look(Base):
    """One view or export of evidence or personal data (LAW 16: who, unit, reason, content), and for which purpose."""

    __tablename__ = "looks"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(index=True)
    user_id: Mapped[str] = mapped_column(String(26), index=True)
    user_name: Mapped[str] = mapped_column(String(64))
    unit: Mapped[str] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(20))  # view, search, export, paper or live
    purpose: Mapped[str] = mapped_column(String(20), default="case_work", server_default="case_work")
    subject: Mapped[str] = mapped_column(String(200), index=True)  # for example evidence/<sha256>, case/<id>
    content: Mapped[str] = mapped_column(Text, default="", server_default="")  # what was shown: a form of the file, a search
    reason: Mapped[str] = mapped_column(Text)


def _refuse_change(_mapper: Mapper[Look], _connection: Connection, _look: Look) -> None:
    raise Conflict("the log of looks is never changed")


sqlalchemy_event.listen(Look, "before_update", _refuse_change)
sqlalchemy_event.listen(Look, "before_delete", _refuse_change)
