"""Whether a standing vehicle is part of a queue. Pure geometry in the picture."""

from collections.abc import Sequence
from math import hypot

from edge.boxes import Rect


def queue_of(vehicle: Rect, others: Sequence[Rect], max_spacing: float) -> int:
    """How many vehicles stand in line with this one, itself included.

    Two vehicles are neighbours when the free space between their boxes is at most `max_spacing` times the longer side of the
    smaller one; a queue is a chain of neighbours.
    """
    waiting = list(others)
    queue = [vehicle]
    for member in queue:  # grows while it is walked
        near = [other for other in waiting if _are_neighbours(member, other, max_spacing)]
        queue += near
        waiting = [other for other in waiting if other not in near]
    return len(queue)


def _are_neighbours(one: Rect, other: Rect, max_spacing: float) -> bool:
    free_x = max(0.0, max(one.left, other.left) - min(one.right, other.right))
    free_y = max(0.0, max(one.top, other.top) - min(one.bottom, other.bottom))
    length = min(max(one.width, one.height), max(other.width, other.height))
    return hypot(free_x, free_y) <= max_spacing * length
