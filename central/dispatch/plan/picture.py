"""What is known now: where the engine is, what stands on its way, what the junctions show and answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from central.dispatch.controllers.request import RequestState
from central.dispatch.controllers.state import SignalState


@dataclass(frozen=True, slots=True)
class Engine:
    """The engine's last position: metres along its way, metres a second, and how old that is."""

    at_m: float
    speed_mps: float
    age_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Traffic:
    """What lies before one stop line, between it and the one before (or the engine, where that is nearer).

    `vehicles` and `standing` are counts in the lane of the engine's turn that has the most. `room_m`: free metres behind the
    junction before the next standing vehicle; None where nobody knows.
    """

    vehicles: float = 0.0
    standing: float = 0.0
    room_m: float | None = None


@dataclass(frozen=True, slots=True)
class Junction:
    """What a junction shows, and what became of our request there (None: we have none)."""

    state: SignalState | None = None
    answer: RequestState | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """One moment, `now_s` in monotonic seconds. `traffic` by stop line, `junctions` by name."""

    now_s: float
    engine: Engine
    traffic: tuple[Traffic, ...]
    junctions: Mapping[str, Junction] = field(default_factory=dict)
