"""The detectors that a camera's zones ask for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from edge.config import CameraConfig, ZoneConfig
from edge.detectors.detector import Detector
from edge.detectors.ebike_charging.config import EbikeChargingConfig
from edge.detectors.ebike_charging.watch import EbikeChargingWatch
from edge.detectors.ebike_lift.config import EbikeLiftConfig
from edge.detectors.ebike_lift.watch import EbikeLiftWatch
from edge.detectors.face_entry.config import FaceEntryConfig
from edge.detectors.face_entry.watch import FaceEntryWatch
from edge.detectors.falling_object.config import FallingObjectConfig
from edge.detectors.falling_object.watch import FacadeWatch
from edge.detectors.plate_entry.config import PlateEntryConfig
from edge.detectors.plate_entry.watch import PlateEntryWatch
from edge.detectors.tipping.config import TippingConfig
from edge.detectors.tipping.watch import TippingWatch
from edge.detectors.tools import DetectorTools
from edge.detectors.trading.config import TradingConfig
from edge.detectors.trading.watch import TradingWatch


@dataclass(frozen=True, slots=True)
class ZoneWatch:
    """A zone and the detectors that watch it and nothing else."""

    zone: ZoneConfig
    detectors: tuple[Detector, ...]


def build_watches(camera: CameraConfig, tools: DetectorTools, known: Iterable[ZoneWatch] = ()) -> tuple[ZoneWatch, ...]:
    """Each zone with its own detectors; a zone that has not changed keeps those that are `known`, with all that they remember."""
    old = {watch.zone.zone: watch for watch in known}
    return tuple(
        old[zone.zone] if zone.zone in old and old[zone.zone].zone == zone else ZoneWatch(zone, _alone(camera, zone, tools))
        for zone in camera.zones
    )


def _alone(camera: CameraConfig, zone: ZoneConfig, tools: DetectorTools) -> tuple[Detector, ...]:
    return tuple(build_detectors(camera.model_copy(update={"zones": (zone,)}), tools))


def build_detectors(camera: CameraConfig, tools: DetectorTools) -> Iterator[Detector]:
    """One detector for each zone; parking is not among them: one `ParkingWatch` has all no-parking zones of a camera."""
    for zone in camera.zones:
        match zone.detector:
            case FallingObjectConfig():
                yield FacadeWatch(camera.camera, zone, zone.detector, tools)
            case EbikeLiftConfig():
                yield EbikeLiftWatch(camera, zone, zone.detector, tools)
            case PlateEntryConfig():
                yield PlateEntryWatch(camera, zone, zone.detector, tools)
            case TippingConfig():
                yield TippingWatch(camera, zone, zone.detector, tools)
            case TradingConfig():
                yield TradingWatch(camera, zone, zone.detector, tools)
            case EbikeChargingConfig():
                yield EbikeChargingWatch(camera, zone, zone.detector, tools)
            case FaceEntryConfig():
                yield FaceEntryWatch(camera, zone, zone.detector, tools)
            case _:
                pass
