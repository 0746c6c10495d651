"""Spots of many pictures joined to paths of things that may be falling. Pure.

Two spots of neighbouring pictures begin a path; it goes on to the spot nearest to where something in free fall would be next.
Several paths may use one spot: which of them is right shows in the end, by its fit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from edge.detectors.falling_object.spots import Spot

GRAVITY_M_S2 = 9.81
FASTEST_M_S = 45.0  # terminal speed of the heaviest things that fit through a window
FASTEST_ASIDE_M_S = 10.0
FASTEST_START_M_S = 14.0  # downwards, when first seen
FASTEST_UP_M_S = 6.0
GATE_PX = 3.0
GATE_SHARE = 0.25  # of the way since the last picture
MOST_MISSED_S = 0.22
LONGEST_S = 9.0
WINDOW = 6  # points from which the speed is taken
MOST_PATHS = 250
ESTABLISHED = 4  # points; a spot of such a path begins no other one


@dataclass(frozen=True, slots=True)
class Point:
    """A spot at a time (seconds from any origin)."""

    at_s: float
    spot: Spot

    @property
    def x(self) -> float:
        return self.spot.x

    @property
    def y(self) -> float:
        return self.spot.y


@dataclass(slots=True)
class Path:
    """Points in the order of their times; at least two."""

    points: list[Point]

    @property
    def last(self) -> Point:
        return self.points[-1]

    def next_at(self, at_s: float, gravity_px: float) -> tuple[float, float, float]:
        """Where it would be at `at_s` in free fall, pixels (x, y), and how far from there it may be."""
        first = self.points[-WINDOW] if len(self.points) >= WINDOW else self.points[0]
        span, ahead = self.last.at_s - first.at_s, at_s - self.last.at_s
        speed_x = (self.last.x - first.x) / span
        speed_y = (self.last.y - first.y) / span + gravity_px * span / 2
        way = (speed_x**2 + speed_y**2) ** 0.5 * ahead
        young = 2.0 if len(self.points) < ESTABLISHED else 0.0
        return (
            self.last.x + speed_x * ahead,
            self.last.y + speed_y * ahead + gravity_px * ahead**2 / 2,
            GATE_PX + young + GATE_SHARE * way,
        )


@dataclass(slots=True)
class Linker:
    """Paths of one facade; `pixels_a_metre` is the largest scale in it."""

    pixels_a_metre: float
    _paths: list[Path] = field(default_factory=list)
    _loose: list[Point] = field(default_factory=list)

    def add(self, at_s: float, spots: Sequence[Spot]) -> list[Path]:
        """Take in the spots of one picture; returns the paths that have ended."""
        points = [Point(at_s, spot) for spot in spots]
        gravity = GRAVITY_M_S2 * self.pixels_a_metre
        taken: set[int] = set()
        for path in self._paths:
            nearest = _nearest(path.next_at(at_s, gravity), points)
            if nearest is not None:
                path.points.append(nearest)
                if len(path.points) >= ESTABLISHED:
                    taken.add(id(nearest.spot))
        ended = [path for path in self._paths if self._is_over(path, at_s)]
        alive = [path for path in self._paths if not self._is_over(path, at_s)]
        begun = self._begin([point for point in points if id(point.spot) not in taken])
        self._paths = _without_copies([*alive, *begun])[:MOST_PATHS]
        self._loose = points
        return ended

    @property
    def open_paths(self) -> list[Path]:
        """Paths that have not ended, the longest first."""
        return self._paths

    def finish(self) -> list[Path]:
        """All paths that are still open; the linker is empty afterwards."""
        ended, self._paths, self._loose = self._paths, [], []
        return ended

    def _is_over(self, path: Path, at_s: float) -> bool:
        return at_s - path.last.at_s > MOST_MISSED_S or at_s - path.points[0].at_s > LONGEST_S

    def _begin(self, points: Sequence[Point]) -> list[Path]:
        return [Path([before, point]) for point in points for before in self._loose if self._may_follow(before, point)]

    def _may_follow(self, before: Point, point: Point) -> bool:
        seconds = point.at_s - before.at_s
        if not 0 < seconds <= MOST_MISSED_S:
            return False
        reach = self.pixels_a_metre * seconds
        aside, down = abs(point.x - before.x), point.y - before.y
        return aside <= FASTEST_ASIDE_M_S * reach + 1 and -FASTEST_UP_M_S * reach - 1 <= down <= FASTEST_START_M_S * reach + 1


def _nearest(expected: tuple[float, float, float], points: Sequence[Point]) -> Point | None:
    x, y, gate = expected
    near = [(distance, point) for point in points if (distance := abs(point.x - x) + abs(point.y - y)) <= gate]
    return min(near, key=lambda pair: pair[0])[1] if near else None


def _without_copies(paths: Sequence[Path]) -> list[Path]:
    """Of paths that share their last two points the longest."""
    best: dict[tuple[int, int], Path] = {}
    for path in paths:
        key = (id(path.points[-2].spot), id(path.points[-1].spot))
        if key not in best or len(path.points) > len(best[key].points):
            best[key] = path
    return sorted(best.values(), key=lambda path: -len(path.points))
