"""From single falls to what is reported: mirror images and fragments become one, weather becomes nothing. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from edge.detectors.falling_object.ballistics import Fall

HOLD_S = 0.8  # a fall waits this long for its mirror image, its fragments and the rest of a shower
MIRROR_TIME = 0.5  # of the shorter of two falls: a mirror image falls at the same time
MIRROR_M = 2.0  # by which it may be higher or lower, and ...
MIRROR_SHARE = 0.3  # ... of the way fallen: the camera looks up, and the thing leaves the glass behind
MIRROR_ASIDE_M = 8.0
FRAGMENT_S = 0.8  # longest time unseen between two fragments of one fall
FRAGMENT_M = 2.5
FASTEST_FIRST_M_S = 7.0  # thrown down, or hidden for its first two metres
FAST_POINTS = 20  # that must have been seen of something that was already fast: rain comes from above as well
CROWD_S = 1.0


@dataclass(slots=True)
class Matter:
    """One thing that fell, with every path in which it was seen; `main` is the one seen longest."""

    main: Fall
    others: list[Fall] = field(default_factory=list)

    @property
    def ended_s(self) -> float:
        return max(fall.ended_s for fall in (self.main, *self.others))

    @property
    def earliest(self) -> Fall:
        """The path that began first: it says from where. A mirror image will do, for at the window it is beside its thing."""
        return min((self.main, *self.others), key=lambda fall: fall.began_s)

    def is_among(self, falls: Sequence[Fall]) -> bool:
        """Whether any of the falls is this thing again."""
        return any(is_same(fall, own) for fall in falls for own in (self.main, *self.others))

    def takes(self, fall: Fall) -> bool:
        """Whether a fall is this thing again; then it is kept here."""
        if not self.is_among([fall]):
            return False
        self.others.append(fall)
        if len(fall.points) > len(self.main.points):
            self.others[-1], self.main = self.main, fall
        return True


@dataclass(slots=True)
class Gathering:
    """The falls of one facade that have not been reported."""

    most_at_once: int
    crowds: int = 0
    """Times that more fell at once than people throw."""
    _matters: list[Matter] = field(default_factory=list)

    def add(self, fall: Fall, *, from_above: bool = False) -> None:
        """Take in a fall that has ended; `from_above`: it came into the facade over its upper edge.

        What is fast when it is first seen, in the middle of the facade, is part of something else or rain.
        """
        if any(matter.takes(fall) for matter in self._matters):
            return
        slow = fall.speed_m_s <= FASTEST_FIRST_M_S
        if slow or (from_above and len(fall.points) >= FAST_POINTS):
            self._matters.append(Matter(fall))

    @property
    def waits(self) -> bool:
        """Whether any fall has not been reported yet."""
        return bool(self._matters)

    def decided(self, now_s: float, going_on: Sequence[Fall] = ()) -> list[Matter]:
        """What is certain now; each matter once. A matter waits for what still falls and is the same thing."""
        if self._is_crowd():
            self._matters = []
            self.crowds += 1
            return []
        done = [matter for matter in self._matters if now_s - matter.ended_s >= HOLD_S and not matter.is_among(going_on)]
        self._matters = [matter for matter in self._matters if matter not in done]
        return done

    def _is_crowd(self) -> bool:
        ends = sorted(matter.ended_s for matter in self._matters)
        most = self.most_at_once
        return any(later - earlier <= CROWD_S for earlier, later in zip(ends, ends[most:], strict=False))


def is_same(one: Fall, other: Fall) -> bool:
    """Whether two paths are one thing: a mirror image falls with it, a fragment goes on where it left off."""
    first, second = (one, other) if one.began_s <= other.began_s else (other, one)
    return _goes_on(first, second) or _is_mirrored(first, second)


def _goes_on(first: Fall, second: Fall) -> bool:
    begins_s = second.began_s
    aside_m = abs(first.x_at(begins_s) - second.x_at(begins_s)) / first.pixels_a_metre
    near = abs(first.height_at(begins_s) - second.seen_m) <= FRAGMENT_M and aside_m <= FRAGMENT_M
    return near and begins_s - first.ended_s <= FRAGMENT_S


def _is_mirrored(first: Fall, second: Fall) -> bool:
    common_s = min(first.ended_s, second.ended_s) - second.began_s
    shorter_s = min(first.ended_s - first.began_s, second.ended_s - second.began_s)
    if common_s < MIRROR_TIME * shorter_s:
        return False
    times = np.linspace(second.began_s, second.began_s + common_s, 5)
    apart_m = max(abs(first.height_at(at) - second.height_at(at)) for at in times)
    aside_m = max(abs(first.x_at(at) - second.x_at(at)) for at in times) / first.pixels_a_metre
    fallen_m = first.seen_m - first.height_at(float(times[-1]))
    return apart_m <= MIRROR_M + MIRROR_SHARE * max(0.0, fallen_m) and aside_m <= MIRROR_ASIDE_M
