"""The papers of cameras, version by version; a version is only ever added."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from central.database import Base
from central.errors import Conflict


class CameraVersion(Base):
    """What somebody has entered about a camera, and from when on it holds."""

    __tablename__ = "camera_versions"
    __table_args__ = (Index("ix_camera_versions_camera", "site", "node", "camera", "effective_from", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    site: Mapped[str] = mapped_column(String(63))
    node: Mapped[str] = mapped_column(String(63))
    camera: Mapped[str] = mapped_column(String(63))
    effective_from: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(64))
    unit: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str] = mapped_column(Text)
    papers: Mapped[dict[str, Any]]


def _refuse_change(_mapper: Mapper[CameraVersion], _connection: Connection, _row: CameraVersion) -> None:
    raise Conflict("what was entered about a camera is never changed; enter a new version")


sqlalchemy_event.listen(CameraVersion, "before_update", _refuse_change)
sqlalchemy_event.listen(CameraVersion, "before_delete", _refuse_change)
