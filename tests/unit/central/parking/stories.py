"""Words that the stories of the street share."""

from datetime import datetime, timedelta

from tests.unit.central.parking.street import NINE, Street

TRACK = "01JWN0000000000000000000TA"
OTHER = "01JWN0000000000000000000TB"


def at(minutes: float, seconds: float = 0.0) -> datetime:
    return NINE + timedelta(minutes=minutes, seconds=seconds)


def warn(street: Street, delivered: datetime | None = None, track: str = TRACK) -> None:
    """The vehicle is reported at 09:01:00 and its driver has the notice at 09:01:05."""
    street.to(at(1))
    street.take(street.stopped(track, at(1)))
    street.to(at(1, 1))
    delivered = delivered or at(1, 5)
    street.to(delivered)
    street.receipt(track, delivered)


def draft(street: Street) -> None:
    """The driver was warned and the vehicle stayed: it waits for a person."""
    warn(street)
    street.to(at(11, 6))
    street.take(street.present(TRACK, at(11, 6)))
    assert street.state(TRACK) == "draft"
