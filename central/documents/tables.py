"""Papers as issued: their bytes are kept and never changed; the number and the bytes are written in one transaction, so no number
is lost and none is given twice."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from central.database import Base
from yuhang.errors import StorageError


class Paper(Base):
    """One paper of a case."""

    __tablename__ = "papers"
    __table_args__ = (UniqueConstraint("authority", "kind", "year", "serial"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    authority: Mapped[str] = mapped_column(String(40))  # the short name that begins the number
    year: Mapped[int]
    serial: Mapped[int]
    number: Mapped[str] = mapped_column(String(80), unique=True)
    subject: Mapped[str] = mapped_column(
        String(80)
    )  # what it is issued once for: a served paper, a version of the case; else empty
    corrects: Mapped[str | None] = mapped_column(ForeignKey("papers.id"), unique=True)
    case_version: Mapped[int]
    fine_yuan: Mapped[int]
    issued_at: Mapped[datetime]
    issued_by: Mapped[str] = mapped_column(String(64))
    unit: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str] = mapped_column(String(500))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class PaperCounter(Base):
    """The last number given by an authority for a kind of paper in a year."""

    __tablename__ = "paper_counters"

    authority: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


def _refuse_change(_mapper: Mapper[Paper], _connection: Connection, paper: Paper) -> None:
    raise StorageError(f"the paper {paper.number} was issued and is never changed; issue a correction")


sqlalchemy_event.listen(Paper, "before_update", _refuse_change)
