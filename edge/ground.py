"""The zones of one camera in which objects are looked for, for pictures of one size."""

from collections.abc import Sequence

from edge.boxes import Rect
from edge.config import ZoneConfig
from edge.detectors.object_settings import ObjectSettings
from edge.detectors.parking.config import ParkingConfig
from edge.zones import ZoneMap

_LANE = "/lane"  # a slash cannot stand in a zone's name


class Ground:
    """Says where in the zones an object stands."""

    def __init__(self, zones: Sequence[ZoneConfig], width: int, height: int) -> None:
        watched = [(zone, zone.detector) for zone in zones if isinstance(zone.detector, ObjectSettings)]
        outlines = {zone.zone: zone.polygon for zone, _ in watched}
        for zone, settings in watched:
            if isinstance(settings, ParkingConfig) and settings.queue is not None:
                outlines[zone.zone + _LANE] = settings.queue.lane or zone.polygon
        self.zones = ZoneMap(outlines, width, height)
        self._names = tuple(zone.zone for zone, _ in watched)
        self._smallest = min((settings.min_height_px for _, settings in watched), default=0)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the zones."""
        return self._names

    def is_watched(self, box: Rect) -> bool:
        """Whether an object with this box is in any zone or queue lane, and large enough to be judged at all."""
        return box.height >= self._smallest * 0.8 and bool(self.zones.at(box.foot))

    def is_in(self, box: Rect, zone: str) -> bool:
        """Whether an object with this box stands in the zone."""
        return zone in self.zones.at(box.foot)

    def is_in_lane(self, box: Rect, zone: str) -> bool:
        """Whether it stands in the lane in which vehicles of the zone may queue."""
        return zone + _LANE in self.zones.at(box.foot)
