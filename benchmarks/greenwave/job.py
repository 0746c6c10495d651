"""What one run is."""

from dataclasses import dataclass
from pathlib import Path

from benchmarks.greenwave.pairs import Pair
from benchmarks.greenwave.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Job:
    """One engine (with `pair` None none, with `second` another one) on one seed. Seconds count from the run's beginning."""

    scenario: Scenario
    mode: str
    seed: int
    pair: Pair | None
    call_s: float = 900.0
    until_s: float = 3600.0
    trip_only: bool = False
    trace: Path | None = None
    gives_way: bool = True
    second: Pair | None = None
    second_after_s: float = 0.0
    through: str = ""
    """The protocol between plan and lamps, in simulated time; empty: none."""
