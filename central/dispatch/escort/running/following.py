"""One engine on its way: where it is, whether it is heard, when it has left its way, and when it is there."""

from dataclasses import dataclass, field

from central.dispatch.escort.positions import EnginePosition
from central.dispatch.escort.roads import Roads
from central.dispatch.escort.running.track import PASSED_M, Track
from central.dispatch.network.nearby import Place

OFF_WAY_COUNT = 3  # positions beside the way before it counts as left
THERE_M = 40.0
THERE_MPS = 3.0


@dataclass(slots=True)
class Following:
    """The engine of one task. `passed_s`: seconds since the beginning at which each stop line was passed."""

    engine: str
    track: Track
    began_s: float
    lost_s: float
    changed_s: float
    at_m: float = 0.0
    speed_mps: float = 0.0
    heard_s: float = float("-inf")
    age_s: float = 0.0
    passed_s: dict[str, float] = field(default_factory=dict)
    trail: list[tuple[float, float]] = field(default_factory=list)
    beside: Place | None = None
    _off: int = 0
    _last: EnginePosition | None = None

    @property
    def heard(self) -> bool:
        """Whether its position is fresh enough to be acted on."""
        return self.age_s <= self.lost_s

    @property
    def has_left(self) -> bool:
        """Whether it drives beside its way."""
        return self._off >= OFF_WAY_COUNT

    @property
    def is_there(self) -> bool:
        """Whether it stands, or nearly, at the end of its way."""
        return self.heard and self.track.length_m - self.at_m <= THERE_M and self.speed_mps <= THERE_MPS

    def hear(self, position: EnginePosition | None, roads: Roads, now_s: float) -> tuple[str, ...]:
        """Take the last position in; returns the junctions passed with it."""
        if position is None:
            self.age_s = float("inf")
            return ()
        self.age_s = position.age_s(now_s)
        if position == self._last:
            return ()
        self._last = position
        place = roads.place(position.position, position.heading_deg)
        at_m = None if place is None else self.track.at_m(place, self.at_m)
        if at_m is None:
            self._off += 1
            self.beside = place
            return ()
        self._off = 0
        self.at_m, self.speed_mps = max(self.at_m, at_m), position.speed_mps
        self.trail.append((now_s - self.began_s, self.at_m))
        return self._pass(now_s)

    def take(self, track: Track, now_s: float) -> None:
        """Go on along another way, from its beginning."""
        self.track, self.changed_s, self.at_m, self._off = track, now_s, 0.0, 0

    def _pass(self, now_s: float) -> tuple[str, ...]:
        passed = tuple(
            light.line.junction
            for light in self.track.lights
            if light.line.at_m + PASSED_M < self.at_m and light.line.junction not in self.passed_s
        )
        for junction in passed:
            self.passed_s[junction] = now_s - self.began_s
        return passed
