"""Takes the plate out of a stop whose case is over for long enough."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from central.erasure import EndedCase
from central.parking.tables import ParkingStop


def erase_stop(session: Session, ended: EndedCase) -> None:
    """The pseudonym in place of the plate in both sightings; boxes, times and checks without measured plates stay."""
    for stop in session.scalars(select(ParkingStop).where(ParkingStop.case_id == ended.id)):
        stop.warned, stop.present = _without_plate(stop.warned, ended), _without_plate(stop.present, ended)
        stop.checks = [{**check, "measured": {}} for check in stop.checks]
        stop.exempt_reason = None


def _without_plate(sighting: dict[str, Any] | None, ended: EndedCase) -> dict[str, Any] | None:
    if sighting is None:
        return None
    return {**sighting, "plate": {**sighting["plate"], "text": ended.pseudonym or None}}
