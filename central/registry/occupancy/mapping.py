"""A source's JSON as readings, by the mapping of the configuration. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from central.cases.calendar import BEIJING
from central.registry.occupancy.config import JsonMapping
from central.registry.occupancy.rules import Reading
from yuhang.errors import YuhangError

_LARGEST = 1_000_000


class OccupancyError(YuhangError):
    """A source that does not say what its mapping expects; the text names the item and the key."""


def readings_of(document: Any, mapping: JsonMapping, received_at: datetime) -> tuple[list[Reading], list[str]]:
    """The readings of a document, and what is wrong with the items that give none; `OccupancyError` for another shape."""
    found = _pick(document, mapping.items) if mapping.items else document
    items = found if isinstance(found, list) else [found]
    readings, findings = [], []
    for number, item in enumerate(items):
        try:
            readings.append(_reading(item, mapping, received_at))
        except OccupancyError as error:
            findings.append(f"{mapping.items or 'document'}[{number}]: {error}")
    return readings, findings


def _reading(item: Any, mapping: JsonMapping, received_at: datetime) -> Reading:
    code = str(_pick(item, mapping.code))
    closed = _pick(item, mapping.closed, missing=None)
    at = _pick(item, mapping.at, missing=None)
    free = _free(item, mapping)
    is_closed = None if closed is None else str(closed).lower() in mapping.closed_values
    if free is None and is_closed is None:
        raise OccupancyError(f"says neither {mapping.free!r} nor {mapping.closed!r}")
    moment = received_at if at is None else read_time(str(at), mapping.time_format)
    return Reading(mapping.codes.get(code, code), moment, free, is_closed)


def _free(item: Mapping[str, Any], mapping: JsonMapping) -> int | None:
    if mapping.occupied:
        all_of_them, taken = _pick(item, mapping.capacity), _pick(item, mapping.occupied)
        return max(0, whole(all_of_them, mapping.capacity) - whole(taken, mapping.occupied))
    free = _pick(item, mapping.free, missing=None)
    return None if free is None else whole(free, mapping.free)


def whole(value: Any, key: str) -> int:
    """A number of spaces; `OccupancyError` for anything else. A counter that fell below nought means nought."""
    try:
        number = int(str(value).strip())
    except ValueError as error:
        raise OccupancyError(f"{key}: {str(value)[:40]!r} is no whole number") from error
    if number > _LARGEST:
        raise OccupancyError(f"{key}: {number} spaces are too many to be true")
    return max(0, number)


def read_time(text: str, time_format: str) -> datetime:
    """A time in UTC; `OccupancyError` for one that cannot be read or has no zone where it needs one."""
    try:
        match time_format:
            case "epoch-s":
                return datetime.fromtimestamp(float(text), UTC)
            case "epoch-ms":
                return datetime.fromtimestamp(float(text) / 1000, UTC)
            case "beijing":
                return datetime.fromisoformat(text).replace(tzinfo=BEIJING).astimezone(UTC)
            case _:
                moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError) as error:
        raise OccupancyError(f"{text[:40]!r} is no time of the format {time_format}") from error
    if moment.tzinfo is None:
        raise OccupancyError(f"the time {text[:40]!r} has no zone; write +08:00 behind it or set time_format: beijing")
    return moment.astimezone(UTC)


def _pick(document: Any, path: str, **default: Any) -> Any:
    """What stands at `a.b.c`; `OccupancyError` (or the default, `missing=...`) where there is nothing."""
    found = document
    for key in path.split("."):
        if not isinstance(found, Mapping) or key not in found:
            if "missing" in default:
                return default["missing"]
            raise OccupancyError(f"has no {path!r}")
        found = found[key]
    return found
