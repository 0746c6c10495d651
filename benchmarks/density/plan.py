"""Which cameras a run has: of every sixty, forty look at a quiet street, fifteen at a medium one, five at a busy one."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.density.clips import Part, Recipe, Stretch
from benchmarks.density.scenes import PERIOD_S, STARTS_S, STOPS_S, VISIT_S, Traffic

_DOZEN: tuple[Traffic, ...] = (
    "quiet",
    "medium",
    "quiet",
    "quiet",
    "busy",
    "quiet",
    "medium",
    "quiet",
    "quiet",
    "medium",
    "quiet",
    "quiet",
)
DWELL_S = STARTS_S - STOPS_S
"""How long every visitor stands, seconds."""


@dataclass(frozen=True, slots=True)
class PlannedCamera:
    """A camera, its stream and how many visitors stop in its zone: in one quiet street of five, in all others."""

    name: str
    traffic: Traffic
    parts: tuple[Part, ...]

    @property
    def visits(self) -> int:
        return sum(part.stretch.visited for part in self.parts)


def plan(cameras: int, seconds: float, recipe: Recipe) -> Iterator[PlannedCamera]:
    """`cameras` cameras whose visits are spread over time; each stream lasts `seconds` and up to one period more."""
    steps = round(PERIOD_S / recipe.key_frames_s)
    for number in range(cameras):
        traffic = _DOZEN[number % len(_DOZEN)]
        empty = traffic == "quiet" and number % 5 != 0
        between, visit = Stretch(traffic, visited=False), Stretch(traffic, visited=not empty)
        parts = [Part(between, recipe.key_frames_s * (number * 7 % steps))]
        while sum(part.seconds for part in parts) + visit.seconds <= max(seconds, PERIOD_S + VISIT_S):
            parts += [Part(visit), Part(between)]
        yield PlannedCamera(f"cam-{number:03d}", traffic, tuple(parts))
