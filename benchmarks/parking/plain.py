"""The plain way: a vehicle's box that has covered the same place for as long as the zone allows is an alarm."""

from collections.abc import Sequence
from dataclasses import dataclass

from shapely.geometry import Point, Polygon

from edge.boxes import Rect
from edge.inference.detections import Detections

OVERLAP = 0.5
PAUSE_S = 3.0
VEHICLES = ("car", "bus", "truck")


@dataclass(slots=True)
class _Place:
    box: Rect
    since_s: float
    last_s: float
    alarmed: bool = False


def alarms(looks: Sequence[tuple[float, Detections]], zone: Sequence[tuple[float, float]], dwell_s: float) -> tuple[float, ...]:
    """Seconds at which it gives alarm; `zone` in pixels."""
    outline, places, found = Polygon(zone), list[_Place](), list[float]()
    for at_s, seen in looks:
        places = [place for place in places if at_s - place.last_s <= PAUSE_S]
        for row in seen.of(VEHICLES).boxes:
            box = Rect(*map(float, row))
            if not outline.contains(Point((box.left + box.right) / 2, box.bottom)):
                continue
            place = next((one for one in places if one.box.overlap(box) >= OVERLAP), None)
            if place is None:
                places.append(_Place(box, at_s, at_s))
                continue
            place.last_s = at_s
            if at_s - place.since_s >= dwell_s and not place.alarmed:
                place.alarmed = True
                found.append(at_s)
    return tuple(found)
