"""Positions on the earth: WGS-84 inside, GCJ-02 (Amap, Tencent) and BD-09 (Baidu) at the borders; distances.

GCJ-02 and BD-09 shift positions inside China only; outside, all three are taken as one. The shift of GCJ-02 has no closed
inverse, so it is iterated until it is exact to the millimetre. China is taken as the usual rectangle, so a point within a
kilometre of its edge may not come back.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

EARTH_RADIUS_M = 6_371_008.8
_AXIS_M = 6_378_245.0  # Krasovsky 1940, on which GCJ-02 is defined
_ECCENTRICITY_SQUARED = 0.006_693_421_622_965_943_23
_BAIDU = math.pi * 3000.0 / 180.0
_EXACT_DEG = 1e-10  # about a hundredth of a millimetre
_ROUNDS = 30


class Datum(StrEnum):
    """Reference in which a source or a map layer gives its positions."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


@dataclass(frozen=True, slots=True)
class Position:
    """Degrees north and east."""

    latitude: float
    longitude: float


def convert(position: Position, source: Datum, target: Datum) -> Position:
    """`position`, given in `source`, in `target`."""
    if source is target:
        return position
    return _from_wgs84(_to_wgs84(position, source), target)


def in_china(position: Position) -> bool:
    """Whether the shifts apply (the rectangle that map services use)."""
    return 72.004 <= position.longitude <= 137.8347 and 0.8293 <= position.latitude <= 55.8271


def distance_m(one: Position, two: Position) -> float:
    """Great-circle distance in metres (haversine) of two positions in the same datum."""
    latitude_1, latitude_2 = math.radians(one.latitude), math.radians(two.latitude)
    half_latitude = (latitude_2 - latitude_1) / 2
    half_longitude = math.radians(two.longitude - one.longitude) / 2
    part = math.sin(half_latitude) ** 2 + math.cos(latitude_1) * math.cos(latitude_2) * math.sin(half_longitude) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(part)))


def _to_wgs84(position: Position, source: Datum) -> Position:
    match source:
        case Datum.WGS84:
            return position
        case Datum.GCJ02:
            return _inverse(_wgs84_to_gcj02, position)
        case Datum.BD09:
            return _inverse(_wgs84_to_bd09, position)


def _from_wgs84(position: Position, target: Datum) -> Position:
    match target:
        case Datum.WGS84:
            return position
        case Datum.GCJ02:
            return _wgs84_to_gcj02(position)
        case Datum.BD09:
            return _wgs84_to_bd09(position)


def _inverse(shift: Callable[[Position], Position], position: Position) -> Position:
    """The position that `shift` moves to `position`: fixed-point iteration, each round some ten thousand times nearer."""
    guess = position
    for _ in range(_ROUNDS):
        moved = shift(guess)
        latitude_error, longitude_error = moved.latitude - position.latitude, moved.longitude - position.longitude
        if max(abs(latitude_error), abs(longitude_error)) < _EXACT_DEG:
            break
        guess = Position(guess.latitude - latitude_error, guess.longitude - longitude_error)
    return guess


def _wgs84_to_bd09(position: Position) -> Position:
    return _gcj02_to_bd09(_wgs84_to_gcj02(position)) if in_china(position) else position


def _gcj02_to_bd09(position: Position) -> Position:
    x, y = position.longitude, position.latitude
    radius = math.hypot(x, y) + 0.00002 * math.sin(y * _BAIDU)
    angle = math.atan2(y, x) + 0.000003 * math.cos(x * _BAIDU)
    return Position(latitude=radius * math.sin(angle) + 0.006, longitude=radius * math.cos(angle) + 0.0065)


def _wgs84_to_gcj02(position: Position) -> Position:
    if not in_china(position):
        return position
    x, y = position.longitude - 105.0, position.latitude - 35.0
    latitude = math.radians(position.latitude)
    magic = 1 - _ECCENTRICITY_SQUARED * math.sin(latitude) ** 2
    meridian_m = _AXIS_M * (1 - _ECCENTRICITY_SQUARED) / (magic * math.sqrt(magic))
    parallel_m = _AXIS_M / math.sqrt(magic) * math.cos(latitude)
    return Position(
        latitude=position.latitude + math.degrees(_north_m(x, y) / meridian_m),
        longitude=position.longitude + math.degrees(_east_m(x, y) / parallel_m),
    )


def _north_m(x: float, y: float) -> float:
    """Shift to the north in metres; x and y are degrees east of 105 and north of 35."""
    slope = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    waves = 20.0 * _sine(6 * x) + 20.0 * _sine(2 * x)
    waves += 20.0 * _sine(y) + 40.0 * _sine(y / 3)
    waves += 160.0 * _sine(y / 12) + 320.0 * _sine(y / 30)
    return slope + waves * 2.0 / 3.0


def _east_m(x: float, y: float) -> float:
    """Shift to the east in metres; x and y as for `_north_m`."""
    slope = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    waves = 20.0 * _sine(6 * x) + 20.0 * _sine(2 * x)
    waves += 20.0 * _sine(x) + 40.0 * _sine(x / 3)
    waves += 150.0 * _sine(x / 12) + 300.0 * _sine(x / 30)
    return slope + waves * 2.0 / 3.0


def _sine(half_turns: float) -> float:
    return math.sin(math.pi * half_turns)
