"""From single falls to what is reported: mirror images and fragments become one, weather becomes nothing. Pure."""

from dataclasses import dataclass, field

import numpy as np

from edge.detectors.falling_object.ballistics import Fall

HOLD_S = 0.8  # a fall waits this long for its mirror image, its fragments and the rest of a shower
SAME_TIME = 0.5  # of the shorter of two falls
SAME_MOTION_M = 1.0  # by which the difference of two heights may vary
SAME_HEIGHT_M = 4.0  # a mirror image is seen at another height where the camera looks up
FRAGMENT_S = 0.8  # longest time unseen between two fragments of one fall
FRAGMENT_M = 2.0
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
        """The fall that began first, among those of the thing itself and not of its mirror image."""
        parts = [fall for fall in self.others if fall.ended_s < self.main.began_s]
        return min([self.main, *parts], key=lambda fall: fall.began_s)

    def takes(self, fall: Fall) -> bool:
        """Whether a fall is this thing again; then it is kept here."""
        if not any(is_same(fall, other) for other in (self.main, *self.others)):
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

    def add(self, fall: Fall) -> None:
        """Take in a fall that has ended."""
        if not any(matter.takes(fall) for matter in self._matters):
            self._matters.append(Matter(fall))

    def decided(self, now_s: float) -> list[Matter]:
        """What is certain now; each matter once."""
        if self._is_crowd():
            self._matters = []
            self.crowds += 1
            return []
        done = [matter for matter in self._matters if now_s - matter.ended_s >= HOLD_S]
        self._matters = [matter for matter in self._matters if matter not in done]
        return done

    def _is_crowd(self) -> bool:
        ends = sorted(matter.ended_s for matter in self._matters)
        most = self.most_at_once
        return any(later - earlier <= CROWD_S for earlier, later in zip(ends, ends[most:], strict=False))


def is_same(one: Fall, other: Fall) -> bool:
    """Whether two paths are one thing: a mirror image falls with it, a fragment goes on where it left off."""
    first, second = (one, other) if one.began_s <= other.began_s else (other, one)
    common_s = min(first.ended_s, second.ended_s) - second.began_s
    if common_s <= 0:
        gap_m = abs(first.height_at(second.began_s) - second.seen_m)
        return -common_s <= FRAGMENT_S and gap_m <= FRAGMENT_M
    shorter_s = min(first.ended_s - first.began_s, second.ended_s - second.began_s)
    times = np.linspace(second.began_s, second.began_s + common_s, 5)
    apart = np.array([first.height_at(at) - second.height_at(at) for at in times])
    return (
        common_s >= SAME_TIME * shorter_s
        and float(np.ptp(apart)) <= SAME_MOTION_M
        and float(np.abs(apart).max()) <= SAME_HEIGHT_M
    )
