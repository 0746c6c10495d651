"""Counts on their way into the registry: the newest stands, in whatever order they come."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from central.database import Database
from central.registry.occupancy.rules import MAX_FUTURE, Reading
from central.registry.tables import CarPark
from yuhang.clock import Clock

log = structlog.get_logger(__name__)


def record(session: Session, reading: Reading, now: datetime) -> bool:
    """Write down one count; false where it is older than what stands there, from the future, or of an unknown car park."""
    row = session.scalar(select(CarPark).where(CarPark.code == reading.code).with_for_update())
    if row is None:
        log.warning("car_park_unknown", code=reading.code[:64])
        return False
    if reading.at > now + MAX_FUTURE:
        log.warning("car_park_count_from_the_future", code=row.code, at=reading.at.isoformat())
        return False
    if row.counted_at is not None and reading.at < row.counted_at:
        return False
    if reading.free is not None:
        row.free = min(reading.free, row.capacity)  # a counter that has drifted says more than there are
    if reading.closed is not None:
        row.closed = reading.closed
    row.counted_at = reading.at
    return True


def record_all(database: Database, clock: Clock, readings: Sequence[Reading]) -> int:
    """Write down many in one transaction; returns how many were new."""
    if not readings:
        return 0
    with database.session() as session:
        return sum(record(session, reading, clock.now()) for reading in sorted(readings, key=lambda one: one.code))
