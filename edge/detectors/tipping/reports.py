"""Which truck's own report is about the truck in the picture: joined by place and time, as far as clocks allow. Pure."""

from collections.abc import Iterable
from datetime import datetime

from edge.detectors.tipping.config import ReportSettings
from yuhang.coordinates import Position, distance_m
from yuhang.messages import ReportedTruck, TruckReport

STANDING_M_S = 2.0  # a truck that tips does not drive


def joined(
    reports: Iterable[TruckReport], camera: Position, at: datetime, settings: ReportSettings, plate: str | None = None
) -> ReportedTruck | None:
    """The report that fits best, or None: the same plate first where it was read, then a raised bed, then the nearest in time.

    A report with another plate than the one that was read is about another truck.
    """
    near = [one for report in reports if (one := _near(report, camera, at, settings)) is not None and plate in {None, one.plate}]
    return min(near, key=lambda one: (not _is_up(one, settings), one.apart_s), default=None)


def _near(report: TruckReport, camera: Position, at: datetime, settings: ReportSettings) -> ReportedTruck | None:
    apart_s = abs((report.time - at).total_seconds())
    distance = distance_m(camera, Position(report.latitude, report.longitude))
    drives = report.speed_m_s is not None and report.speed_m_s > STANDING_M_S
    if apart_s > settings.tolerance_s or distance > settings.radius_m + report.error_m or drives:
        return None
    return ReportedTruck(
        plate=report.plate,
        time=report.time,
        apart_s=apart_s,
        distance_m=round(distance, 1),
        tilt_deg=report.tilt_deg,
        bed_raised=report.bed_raised,
    )


def _is_up(one: ReportedTruck, settings: ReportSettings) -> bool:
    return one.bed_raised is True or (one.tilt_deg is not None and abs(one.tilt_deg) >= settings.tilt_deg)
