"""Where an actor is at a given time: it brakes evenly to its place, stands, and speeds up evenly when it leaves."""

import functools

import numpy as np

from simulators.street.camera import Array
from simulators.street.painter import Pose
from simulators.street.scene import Actor, Point

STEPS_PER_LEG = 40


def pose_at(actor: Actor, seconds: float) -> Pose | None:
    """The actor's pose at this time of the scene, or nothing where it is not on the street."""
    gone = actor.gone_s
    if seconds < actor.appears_s or (gone is not None and seconds >= gone):
        return None
    if seconds < actor.stands_from_s and actor.arrival is not None:
        share = (seconds - actor.appears_s) / actor.arrival.seconds
        way = (*actor.arrival.path, actor.place)
        return along(way, share * (2 - share), actor.arrival.backwards, start=None, end=actor.heading_deg)
    if actor.stands_until_s is not None and seconds >= actor.stands_until_s and actor.departure is not None:
        share = (seconds - actor.stands_until_s) / actor.departure.seconds
        way = (actor.place, *actor.departure.path)
        return along(way, share**2, actor.departure.backwards, start=actor.heading_deg, end=None)
    return Pose(*actor.place, actor.heading_deg)


def along(way: tuple[Point, ...], share: float, backwards: bool, start: float | None, end: float | None) -> Pose:
    """The pose after this share of the way's length; `start` and `end`: headings with which it begins and ends, if given."""
    points = curve(way, backwards, start, end)
    travelled = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    position = share * travelled[-1]
    x, y = (float(np.interp(position, travelled, points[:, axis])) for axis in (0, 1))
    ahead = min(position + 0.05, float(travelled[-1]))
    behind = max(ahead - 0.1, 0.0)
    step = [
        float(np.interp(ahead, travelled, points[:, axis]) - np.interp(behind, travelled, points[:, axis])) for axis in (0, 1)
    ]
    sign = -1.0 if backwards else 1.0
    heading = float(np.degrees(np.arctan2(-sign * step[0], sign * step[1])))
    return Pose(x, y, heading)


@functools.cache
def curve(way: tuple[Point, ...], backwards: bool, start: float | None, end: float | None) -> Array:
    """Cubic Hermite legs through the way points, tangents from the neighbours, or from the heading at a standing place."""
    points = np.array(way, dtype=np.float64)
    tangents = np.gradient(points, axis=0)
    sign = -1.0 if backwards else 1.0
    lengths = np.linalg.norm(np.diff(points, axis=0), axis=1)
    if start is not None:
        tangents[0] = sign * direction(start) * lengths[0]
    if end is not None:
        tangents[-1] = sign * direction(end) * lengths[-1]
    u = np.linspace(0.0, 1.0, STEPS_PER_LEG + 1)[:, None]
    legs = [
        (2 * u**3 - 3 * u**2 + 1) * points[leg]
        + (u**3 - 2 * u**2 + u) * tangents[leg]
        + (3 * u**2 - 2 * u**3) * points[leg + 1]
        + (u**3 - u**2) * tangents[leg + 1]
        for leg in range(len(points) - 1)
    ]
    return np.concatenate([legs[0], *(leg[1:] for leg in legs[1:])])


def direction(heading_deg: float) -> Array:
    """The unit vector on the ground of a heading."""
    angle = np.radians(heading_deg)
    return np.array([-np.sin(angle), np.cos(angle)])
