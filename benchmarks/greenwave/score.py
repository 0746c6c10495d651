"""From outcomes to the figures of a mode."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.greenwave.outcome import Outcome

_T95 = (12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.20, 2.18, 2.16, 2.14, 2.13, 2.12, 2.11, 2.10, 2.09, 2.09)
"""Student's t for a two-sided interval of 95 %, by degrees of freedom from 1."""


@dataclass(frozen=True, slots=True)
class Trip:
    """One engine's run: on which pair and seed, what it took on the empty road, and what became of it."""

    pair: int
    seed: int
    empty_s: float
    horizon_s: float
    outcome: Outcome

    @property
    def ratio(self) -> float:
        """Its time over that on the empty road; one that does not arrive counts as the horizon."""
        return (self.outcome.trip_s if self.outcome.arrived and self.outcome.trip_s else self.horizon_s) / self.empty_s


@dataclass(frozen=True, slots=True)
class Score:
    """A mode. `others`: change of everybody else's delay, as a share (0.03 is 3 %), against the same seed without an engine.

    `worst_stop_s`: the longest that another vehicle stood before one signal while it was ours; `engine_stop_s` the engine's own.
    """

    trips: int
    arrived: int
    ratio: float
    ratio_p95: float
    red_stops: float
    engine_stop_s: float
    worst_stop_s: float
    teleports: int
    collisions: int
    others_teleports: float
    others: float | None = None
    others_95: float | None = None
    violations: dict[str, int] = field(default_factory=dict)


def score(trips: Sequence[Trip], alone: Mapping[int, Outcome]) -> Score:
    """The figures of a mode; `alone` are the runs without an engine, by seed."""
    ratios = sorted(trip.ratio for trip in trips)
    outcomes = [trip.outcome for trip in trips]
    change, interval = _others(trips, alone)
    violations: dict[str, int] = {}
    for outcome in outcomes:
        for what, count in outcome.violations.items():
            violations[what] = violations.get(what, 0) + count
    return Score(
        len(trips),
        sum(outcome.arrived for outcome in outcomes),
        round(statistics.fmean(ratios), 3),
        round(_p95(ratios), 3),
        round(statistics.fmean(outcome.red_stops for outcome in outcomes), 2),
        max(outcome.longest_stop_s for outcome in outcomes),
        max(outcome.worst_hold_s for outcome in outcomes),
        sum(outcome.teleports for outcome in outcomes),
        sum(outcome.collisions for outcome in outcomes),
        round(
            statistics.fmean(o.others_teleports - alone[t.seed].others_teleports for t, o in zip(trips, outcomes, strict=True)), 2
        )
        if alone
        else 0.0,
        change,
        interval,
        violations,
    )


def _others(trips: Sequence[Trip], alone: Mapping[int, Outcome]) -> tuple[float | None, float | None]:
    """Mean change and half of its interval: each seed counts once; with one seed, each trip."""
    by_seed: dict[int, list[float]] = {}
    for trip in trips:
        before = alone.get(trip.seed)
        if before is None or not before.others_delay_s or trip.outcome.others_delay_s is None:
            continue
        by_seed.setdefault(trip.seed, []).append(trip.outcome.others_delay_s / before.others_delay_s - 1.0)
    if not by_seed:
        return None, None
    changes = [statistics.fmean(found) for found in by_seed.values()]
    if len(changes) == 1:
        changes = next(iter(by_seed.values()))
    if len(changes) == 1:
        return round(changes[0], 4), None
    spread = statistics.stdev(changes) / math.sqrt(len(changes))
    return round(statistics.fmean(changes), 4), round(spread * _T95[min(len(changes) - 1, len(_T95)) - 1], 4)


def _p95(ordered: Sequence[float]) -> float:
    """The smallest that at least 95 % do not exceed."""
    return ordered[max(0, math.ceil(0.95 * len(ordered)) - 1)]
