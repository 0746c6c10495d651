"""The zones and queue lanes of one camera, for pictures of one size."""

from collections.abc import Sequence

from edge.boxes import Rect
from edge.config import ZoneConfig
from edge.detectors.parking import Stander
from edge.standing import Place
from edge.zones import ZoneMap

_LANE = "/lane"  # a slash cannot stand in a zone's name


class Ground:
    """Says where in the zones a vehicle stands."""

    def __init__(self, zones: Sequence[ZoneConfig], width: int, height: int) -> None:
        outlines = {zone.zone: zone.polygon for zone in zones}
        for zone in zones:
            queue = zone.detector.queue
            if queue is not None:
                outlines[zone.zone + _LANE] = queue.lane or zone.polygon
        self.zones = ZoneMap(outlines, width, height)
        self._names = [zone.zone for zone in zones]
        self._smallest = min((zone.detector.min_height_px for zone in zones), default=0)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the zones."""
        return tuple(self._names)

    def is_watched(self, box: Rect) -> bool:
        """Whether a vehicle with this box is in any zone or queue lane, and large enough to be judged at all."""
        return box.height >= self._smallest * 0.8 and bool(self.zones.at(box.foot))

    def stander(self, place: Place, zone: str) -> Stander:
        """A standing vehicle as the rules of `zone` see it."""
        where = self.zones.at(place.box.foot)
        return Stander(
            key=place.key,
            box=place.box,
            vehicle=place.vehicle,
            dwell=place.dwell,
            in_zone=zone in where,
            in_lane=zone + _LANE in where,
            steadiness=place.steadiness,
        )
