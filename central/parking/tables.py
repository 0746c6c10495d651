"""What central knows about a stop beyond its case: the two sightings, the owner as found, the checks as last judged."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from central.database import Base


class ParkingStop(Base):
    """One stop of one vehicle, named by the node's track; there may be news of it before its case is opened."""

    __tablename__ = "parking_stops"

    track: Mapped[str] = mapped_column(String(26), primary_key=True)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"), unique=True)
    site: Mapped[str] = mapped_column(String(63))
    node: Mapped[str] = mapped_column(String(63))
    warned: Mapped[dict[str, Any] | None]  # data of parking.stopped, as it came
    present: Mapped[dict[str, Any] | None]  # data of the parking.present that proves, or of the latest one
    left_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]  # set when observation broke off
    unobserved_reason: Mapped[str | None] = mapped_column(String(30))
    owner_reachable: Mapped[bool] = mapped_column(default=False)
    exempt_reason: Mapped[str | None] = mapped_column(String(100))
    checks: Mapped[list[Any]]  # the proof as last judged: name, passed, measured
