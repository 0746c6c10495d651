"""The nodes that central knows, what it has told them, and what they answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from central.database import Base


class Node(Base):
    """A node as registered by an administrator and as it describes itself."""

    __tablename__ = "nodes"

    site: Mapped[str] = mapped_column(String(63), primary_key=True)
    node: Mapped[str] = mapped_column(String(63), primary_key=True)
    credential_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    enabled: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    public_key: Mapped[str | None] = mapped_column(String(128))  # pinned: at registration or by the first description
    refused_key: Mapped[str | None] = mapped_column(String(128))  # another key that the node has shown since
    earlier_keys: Mapped[list[Any]] = mapped_column(default=list)  # keys of replaced nodes: their evidence can still be checked
    status: Mapped[str] = mapped_column(String(20), default="unseen")
    session: Mapped[str | None] = mapped_column(String(26))
    status_since: Mapped[datetime | None]
    description: Mapped[dict[str, Any] | None]
    described_at: Mapped[datetime | None]
    health: Mapped[dict[str, Any] | None]
    health_at: Mapped[datetime | None]
    camera_reports: Mapped[list[Any] | None]


class NodeSample(Base):
    """A node's figures once a minute, for its plots; kept for a day."""

    __tablename__ = "node_samples"
    __table_args__ = (ForeignKeyConstraint(["site", "node"], ["nodes.site", "nodes.node"], ondelete="CASCADE"),)

    site: Mapped[str] = mapped_column(String(63), primary_key=True)
    node: Mapped[str] = mapped_column(String(63), primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    values: Mapped[dict[str, Any]]


class NodeCommand(Base):
    """A command to a node: durable until the node has answered or the command has expired."""

    __tablename__ = "node_commands"
    __table_args__ = (
        ForeignKeyConstraint(["site", "node"], ["nodes.site", "nodes.node"], ondelete="CASCADE"),
        Index("ix_node_commands_due", "answered_at", "next_send_at"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    site: Mapped[str] = mapped_column(String(63))
    node: Mapped[str] = mapped_column(String(63))
    name: Mapped[str] = mapped_column(String(40))
    payload: Mapped[str]
    expires_at: Mapped[datetime]
    next_send_at: Mapped[datetime | None]  # null: not sent yet
    sent: Mapped[int] = mapped_column(default=0)
    answered_at: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(String(20), default="waiting")  # or the reply's status, or expired
    detail: Mapped[str] = mapped_column(String(300), default="")
    asked_by: Mapped[str] = mapped_column(String(64), default="", server_default="")  # empty: a rule of central's
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    camera: Mapped[str] = mapped_column(String(63), default="", server_default="")
    file: Mapped[dict[str, Any] | None]  # what the node says of the file that it has brought
    findings: Mapped[list[Any] | None]  # of a self-test
