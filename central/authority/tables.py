"""Profiles and where they hold, as rows that are only ever added: what was in force when a case was opened can always be read."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from central.database import Base


class ProfileVersion(Base):
    """One version of an authority's profile; `written_by` is empty for one that came with Yuhang."""

    __tablename__ = "authority_profiles"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document: Mapped[dict[str, Any]]
    written_by: Mapped[str] = mapped_column(String(64))
    written_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)


class Competence(Base):
    """Which authority enforces in a zone; empty zone: the whole node, empty node: the whole site, empty site: everywhere else."""

    __tablename__ = "authority_competences"
    __table_args__ = (Index("ix_authority_competences_place", "site", "node", "zone"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    site: Mapped[str] = mapped_column(String(63))
    node: Mapped[str] = mapped_column(String(63))
    zone: Mapped[str] = mapped_column(String(63))
    profile: Mapped[str] = mapped_column(String(40))
    set_by: Mapped[str] = mapped_column(String(64))
    set_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
