"""What one run saw."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Outcome:
    """Of an engine: `trip_s` from its start to its arrival. Of all others: delays summed, seconds, and what was done to them.

    `gave_way_s` is what others stood for the engine where no signal stopped them; it is part of their delay.
    """

    trip_s: float | None = None
    arrived: bool = False
    red_stops: int = 0
    longest_stop_s: float = 0.0
    teleports: int = 0
    collisions: int = 0
    second_trip_s: float | None = None
    others_teleports: int = 0
    others_delay_s: float | None = None
    others: int = 0
    gave_way_s: float = 0.0
    worst_hold_s: float = 0.0
    violations: dict[str, int] = field(default_factory=dict)
    wall_s: float = 0.0
