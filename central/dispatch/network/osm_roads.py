"""What OpenStreetMap's tags of a way mean to a vehicle.

Source: wiki.openstreetmap.org, pages Key:highway, Key:access, Key:oneway, Key:lanes, Key:maxspeed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from central.dispatch.network.model import Permission

_MPH = 1.609344
_WALK_KMH = 7.0
_SPEED_KMH = {
    "motorway": 100.0,
    "motorway_link": 60.0,
    "trunk": 80.0,
    "trunk_link": 50.0,
    "primary": 60.0,
    "primary_link": 40.0,
    "secondary": 50.0,
    "secondary_link": 40.0,
    "tertiary": 40.0,
    "tertiary_link": 30.0,
    "unclassified": 40.0,
    "residential": 30.0,
    "living_street": 10.0,
    "service": 20.0,
    "road": 30.0,
    "busway": 50.0,
    "pedestrian": 10.0,
}
_MINOR = frozenset({"service", "living_street", "residential", "unclassified", "road", "pedestrian"})
_CLOSED = frozenset({"no", "agricultural", "forestry"})
_GATED = frozenset({"private", "destination", "customers", "delivery", "permit", "residents"})
_OPEN_TO_ENGINES = frozenset({"yes", "designated", "official"})


@dataclass(frozen=True, slots=True)
class Road:
    """A way that some vehicle of ours may use. Lanes are those of one direction."""

    speed_mps: float
    lanes_forward: int
    lanes_backward: int
    permission: Permission
    minor: bool
    name: str

    @property
    def both_ways(self) -> bool:
        """Whether it may be driven against the order of its points too."""
        return self.lanes_backward > 0

    @property
    def forward(self) -> bool:
        """Whether it may be driven in the order of its points."""
        return self.lanes_forward > 0


def road_of(tags: Mapping[str, str]) -> Road | None:
    """The road that these tags describe, None where no vehicle of ours may use it."""
    kind = tags.get("highway", "")
    permission = _permission(kind, tags)
    if kind not in _SPEED_KMH or not permission or tags.get("area") == "yes":
        return None
    forward, backward = _lanes(kind, tags)
    return Road(
        _speed_kmh(tags.get("maxspeed", ""), _SPEED_KMH[kind]) / 3.6,
        forward,
        backward,
        permission,
        kind in _MINOR,
        tags.get("name", ""),
    )


def _permission(kind: str, tags: Mapping[str, str]) -> Permission:
    if tags.get("emergency") == "no":
        return Permission.NOBODY
    access = tags.get("motor_vehicle", tags.get("vehicle", tags.get("access", "yes")))
    if kind == "busway":
        return Permission.BUS | Permission.EMERGENCY | Permission.AUTHORITY
    if kind == "pedestrian" or access in _CLOSED:
        return Permission.EMERGENCY if tags.get("emergency") in _OPEN_TO_ENGINES else Permission.NOBODY
    if access in _GATED:
        return Permission.EMERGENCY | Permission.AUTHORITY
    return Permission.EVERYBODY


def _lanes(kind: str, tags: Mapping[str, str]) -> tuple[int, int]:
    """Lanes in the order of the points, and against it."""
    oneway = tags.get("oneway", "")
    if oneway == "-1":
        return 0, _count(tags, "lanes", 1)
    if (
        oneway in ("yes", "true", "1")
        or tags.get("junction") in ("roundabout", "circular")
        or (kind == "motorway" and oneway != "no")
    ):
        return _count(tags, "lanes", 1), 0
    half = max(1, _count(tags, "lanes", 2) // 2)
    return _count(tags, "lanes:forward", half), _count(tags, "lanes:backward", half)


def _count(tags: Mapping[str, str], key: str, default: int) -> int:
    text = tags.get(key, "")
    return min(12, max(1, int(text))) if text.isascii() and text.isdigit() else default


def _speed_kmh(text: str, default: float) -> float:
    if text == "walk":
        return _WALK_KMH
    found = re.fullmatch(r"(\d{1,3}(?:\.\d+)?)\s*(km/h|kmh|mph)?", text)
    if found is None or float(found[1]) == 0:
        return default
    return float(found[1]) * (_MPH if found[2] == "mph" else 1.0)
