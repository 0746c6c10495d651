"""What differs between two plans of a node, zone by zone and key by key. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pydantic import JsonValue

from central.configuration.plan import NodePlan, ZonePlan


class ChangeKind(StrEnum):
    """What happened to a zone."""

    ADDED = "added"
    REMOVED = "removed"
    OUTLINE = "outline"
    SETTING = "setting"


@dataclass(frozen=True, slots=True)
class ZoneChange:
    """One difference; `key` and both values for a setting (None: the default)."""

    camera: str
    zone: str
    kind: ChangeKind
    key: str = ""
    before: JsonValue = None
    after: JsonValue = None


def changes(before: NodePlan, after: NodePlan) -> tuple[ZoneChange, ...]:
    """All differences, by camera and zone."""
    old, new = before.zones(), after.zones()
    found: list[ZoneChange] = []
    for place in sorted(old.keys() | new.keys()):
        if place not in old:
            found.append(ZoneChange(*place, ChangeKind.ADDED))
        elif place not in new:
            found.append(ZoneChange(*place, ChangeKind.REMOVED))
        else:
            found += _in_zone(place, old[place], new[place])
    return tuple(found)


def _in_zone(place: tuple[str, str], old: ZonePlan, new: ZonePlan) -> Iterator[ZoneChange]:
    if old.polygon != new.polygon:
        yield ZoneChange(*place, ChangeKind.OUTLINE)
    one, two = _settings(old), _settings(new)
    for key in sorted(one.keys() | two.keys()):
        if one.get(key) != two.get(key):
            yield ZoneChange(*place, ChangeKind.SETTING, key, one.get(key), two.get(key))


def _settings(zone: ZonePlan) -> dict[str, JsonValue]:
    return {"name": zone.name, "name_en": zone.name_en, "address": zone.address, **dict(_flat("detector", zone.detector))}


def _flat(prefix: str, value: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(f"{prefix}.{key}", inner)
    else:
        yield prefix, value
