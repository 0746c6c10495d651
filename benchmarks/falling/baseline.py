"""The plain way: what differs from the picture before and moves down eight times in a row has fallen."""

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

LEVELS = 25
SMALLEST_PX = 4
REACH_PX = 60.0
ASIDE_PX = 25.0
IN_A_ROW = 8
PAUSE_S = 2.0  # one alarm, not one a frame


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something moved down from `began_s` to `ended_s`, last at `x` pixels."""

    began_s: float
    ended_s: float
    x: float


@dataclass(slots=True)
class _Walk:
    x: float
    y: float
    began_s: float
    steps: int


@dataclass(slots=True)
class PlainDetector:
    """Two-frame difference, nearest neighbour, downward motion."""

    mask: NDArray[np.bool_]
    alarms: list[Alarm] = field(default_factory=list)
    _before: Grey | None = None
    _walks: list[_Walk] = field(default_factory=list)

    def look(self, at_s: float, grey: Grey) -> None:
        """Take in a picture."""
        before, self._before = self._before, grey
        if before is None:
            return
        changed = np.asarray((cv2.absdiff(grey, before) > LEVELS) & self.mask, np.uint8)
        count, _, stats, centres = cv2.connectedComponentsWithStats(changed)
        places = [centres[row] for row in range(1, count) if stats[row][cv2.CC_STAT_AREA] >= SMALLEST_PX][:100]
        self._walks = [self._next(float(x), float(y), at_s) for x, y in places]

    def _next(self, x: float, y: float, at_s: float) -> _Walk:
        near = [walk for walk in self._walks if 0 < y - walk.y <= REACH_PX and abs(x - walk.x) <= ASIDE_PX]
        if not near:
            return _Walk(x, y, at_s, 1)
        from_where = min(near, key=lambda walk: (walk.x - x) ** 2 + (walk.y - y) ** 2)
        walk = _Walk(x, y, from_where.began_s, from_where.steps + 1)
        if walk.steps >= IN_A_ROW and (not self.alarms or at_s - self.alarms[-1].ended_s > PAUSE_S):
            self.alarms.append(Alarm(walk.began_s, at_s, x))
        return walk
