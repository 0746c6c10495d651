"""What the board, the crew's tablet and the junction page show: one frozen picture a second, handed over whole."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from central.dispatch.controllers.request import Ack
from central.dispatch.controllers.state import SignalState
from central.dispatch.escort.running.track import Track
from central.dispatch.plan.wishes import Decision
from yuhang.coordinates import Position


@dataclass(frozen=True, slots=True)
class EscortPicture:
    """One engine under way. Metres and seconds from the beginning of its way; `heard`: its position is fresh."""

    task_id: str
    engine: str
    track: Track
    began_s: float
    now_s: float
    at_m: float
    speed_mps: float
    age_s: float
    heard: bool
    position: Position | None
    passed_s: Mapping[str, float]
    decisions: tuple[Decision, ...] = ()
    """What the plan decided about each stop line ahead, and why."""
    trail: tuple[tuple[float, float], ...] = ()
    """Where it was when: seconds since the beginning, metres."""

    @property
    def left_s(self) -> float:
        """Seconds left, as planned from where it is."""
        return max(0.0, self.track.way.route.seconds - self.track.seconds_to(self.at_m))

    @property
    def left_m(self) -> float:
        """Metres left."""
        return max(0.0, self.track.length_m - self.at_m)


@dataclass(frozen=True, slots=True)
class JunctionPicture:
    """One junction: what it shows, what was asked and answered, by task. `away`: why nothing is heard of it."""

    junction: str
    signal: str
    state: SignalState | None
    answers: Mapping[str, Ack]
    stages: Mapping[str, int]
    away: str
    dry_run: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """All of it at `at`."""

    at: datetime | None = None
    escorts: Mapping[str, EscortPicture] = field(default_factory=dict)
    junctions: tuple[JunctionPicture, ...] = ()


class Showcase:
    """Holds the last picture; read by any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._picture = Picture()

    def show(self, picture: Picture) -> None:
        """Put a new one in."""
        with self._lock:
            self._picture = picture

    def look(self) -> Picture:
        """The last one."""
        with self._lock:
            return self._picture
