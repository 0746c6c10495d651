"""What events say about files, the signed records that make a file evidence; and what central knows of the files themselves."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from central.database import Base

_UNTOLD = text("told IS FALSE")
_CONDEMNED = text("condemned_at IS NOT NULL AND deleted_at IS NULL")
_REFUSED = text("reason IS NOT NULL")


class EvidenceRow(Base):
    """A record of a node's evidence chain as it arrived in an event, and whether it holds."""

    __tablename__ = "evidence_records"
    __table_args__ = (
        Index("ix_evidence_records_chain", "site", "node", "seq"),
        Index("ix_evidence_records_refused", "reason", sqlite_where=_REFUSED, postgresql_where=_REFUSED),
    )

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    site: Mapped[str] = mapped_column(String(63))
    node: Mapped[str] = mapped_column(String(63))
    seq: Mapped[int] = mapped_column(BigInteger)
    previous: Mapped[str] = mapped_column(String(64))
    file_sha256: Mapped[str] = mapped_column(String(64), index=True)
    event_id: Mapped[str] = mapped_column(String(26), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    captured_at: Mapped[datetime]
    record: Mapped[str] = mapped_column(Text)  # canonical JSON, as it is exported
    details: Mapped[dict[str, Any]]  # width, height, subject box and boxes to blur
    verified: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(String(300))  # why it is not


class StoredFile(Base):
    """A file that has arrived: what its bytes are, and what became of them. The row outlives the file."""

    __tablename__ = "stored_files"
    __table_args__ = (
        Index("ix_stored_files_untold", "arrived_at", sqlite_where=_UNTOLD, postgresql_where=_UNTOLD),
        Index("ix_stored_files_condemned", "sha256", sqlite_where=_CONDEMNED, postgresql_where=_CONDEMNED),
        Index("ix_stored_files_arrived", "arrived_at"),
    )

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    arrived_at: Mapped[datetime]
    size: Mapped[int] = mapped_column(BigInteger)
    measures: Mapped[dict[str, Any] | None]  # null: no picture
    told: Mapped[bool] = mapped_column(default=False)  # whoever waited for the file knows
    condemned_at: Mapped[datetime | None]  # to be deleted under `rule`; the bytes go next
    rule: Mapped[str | None] = mapped_column(String(40))
    deleted_at: Mapped[datetime | None]  # the bytes are gone, and a deletion record says so
