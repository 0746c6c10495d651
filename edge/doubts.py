"""When exactly a vehicle came to rest or left, told from the pictures between two looks of the detector. Pure.

Where only key frames are decoded, a vehicle is there in one picture and was not in the one before. The moments between are
compared with its picture at rest; nothing is ever said that they do not show.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from edge.boxes import Rect

Likeness = Sequence[tuple[datetime, float]]
"""Times in order, and how like its picture at rest the place was then, 0..1."""


class Edge(StrEnum):
    """Which end of a stay is in doubt."""

    COMING = "coming"
    LEAVING = "leaving"


@dataclass(frozen=True, slots=True)
class Doubt:
    """The vehicle of a place (`key`, its box at rest) came, or left, between `since` and `until`."""

    key: int
    box: Rect
    edge: Edge
    since: datetime
    until: datetime


def seen_since(doubt: Doubt, likeness: Likeness, enough: float) -> datetime:
    """From when on, without a break up to the look that found it, the vehicle shows in its place."""
    since = doubt.until
    for time, alike in reversed(likeness):
        if not doubt.since < time < doubt.until:
            continue
        if alike < enough:
            break
        since = time
    return since


def seen_until(doubt: Doubt, likeness: Likeness, enough: float) -> tuple[datetime, datetime]:
    """The last moment at which the vehicle still shows, and the first after it at which it does not."""
    last, gone = doubt.since, doubt.until
    for time, alike in reversed(likeness):
        if not doubt.since < time < doubt.until:
            continue
        if alike >= enough:
            last = time
            break
        gone = time
    return last, gone
