"""Versions of a node's desired configuration; a correction is a new version, nothing is overwritten."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from central.database import Base


class ConfigVersion(Base):
    """What was wanted of a node from a moment on: who wanted it, why, and when the node first ran it."""

    __tablename__ = "config_versions"
    __table_args__ = (ForeignKeyConstraint(["site", "node"], ["nodes.site", "nodes.node"], ondelete="CASCADE"),)

    site: Mapped[str] = mapped_column(String(63), primary_key=True)
    node: Mapped[str] = mapped_column(String(63), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document: Mapped[str] = mapped_column(Text)  # YAML, byte for byte as the node gets it
    sha256: Mapped[str] = mapped_column(String(64))
    saved_by: Mapped[str] = mapped_column(String(64))
    saved_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    back_to: Mapped[int | None]  # the earlier version whose zones these are
    ran_at: Mapped[datetime | None]  # when the node first said that it runs this
    runs_sha256: Mapped[str | None] = mapped_column(String(64))  # what evidence made under it names as config_sha256
