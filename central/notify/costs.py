"""What notices have cost by the configured prices, by day and channel."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from central.notify.channels.building import HAO_PER_YUAN
from central.notify.tables import NoticeSending


@dataclass(frozen=True, slots=True)
class DayCost:
    """One channel on one of Beijing's days; `segments` are what carriers bill, calls count as one."""

    day: date
    channel: str
    messages: int
    segments: int
    delivered: int
    cost_yuan: float


def costs(session: Session, since: date, until: date) -> list[DayCost]:
    """All days from `since` to `until`, both included, that have any; oldest first."""
    columns = (
        NoticeSending.day,
        NoticeSending.channel,
        func.count(),
        func.sum(NoticeSending.segments),
        func.count(NoticeSending.delivered_at),
        func.sum(NoticeSending.cost_hao),
    )
    statement = (
        select(*columns)
        .where(NoticeSending.day >= since, NoticeSending.day <= until)
        .group_by(NoticeSending.day, NoticeSending.channel)
        .order_by(NoticeSending.day, NoticeSending.channel)
    )
    return [
        DayCost(day, channel, messages, int(segments), delivered, int(hao) / HAO_PER_YUAN)
        for day, channel, messages, segments, delivered, hao in session.execute(statement)
        if day is not None
    ]
