"""Directions on the earth, degrees clockwise from north."""

import math

from yuhang.coordinates import Position


def bearing_deg(start: Position, end: Position) -> float:
    """Direction from `start` to `end`, 0 to 360, right for points that are a few kilometres apart."""
    east = (end.longitude - start.longitude) * math.cos(math.radians((start.latitude + end.latitude) / 2))
    return math.degrees(math.atan2(east, end.latitude - start.latitude)) % 360


def turned_deg(before: float, after: float) -> float:
    """How far one has turned, -180 to 180; positive to the right."""
    return (after - before + 180) % 360 - 180
