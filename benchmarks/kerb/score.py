"""Alarms held against the spells in which they were due: precision, recall and F1, each with its n."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.shares import Share


@dataclass(frozen=True, slots=True)
class Due:
    """An alarm is due between two seconds of a scene; its delay counts from `since_s`."""

    from_s: float
    until_s: float
    since_s: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one scene. `alarms` and `plain` are seconds at which the detector and the baseline gave an alarm."""

    seed: int
    story: str
    due: tuple[Due, ...]
    alarms: tuple[float, ...]
    plain: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """Hits, false alarms and misses of one scene."""

    hits: int
    false: int
    missed: int

    @property
    def right(self) -> bool:
        return not self.false and not self.missed


def scored(outcomes: Sequence[Outcome]) -> dict[str, object]:
    """The figures of the detector and, in the same run, of the baseline."""
    delays = [at - due.since_s for one in outcomes for due in one.due for at in one.alarms if due.from_s <= at <= due.until_s]
    wrong = sorted({f"{one.story} {one.seed}" for one in outcomes if not tally(one.due, one.alarms).right})
    return {
        "data": "rendered",
        "scenes": len(outcomes),
        "ours": _figures([(one.due, one.alarms) for one in outcomes]),
        "plain": _figures([(one.due, one.plain) for one in outcomes]),
        "delay_median_s": round(float(np.median(delays)), 1) if delays else None,
        "delay_p95_s": round(float(np.percentile(delays, 95)), 1) if delays else None,
        "wrong": wrong,
    }


def _figures(pairs: Sequence[tuple[Sequence[Due], Sequence[float]]]) -> dict[str, object]:
    counts = [tally(due, alarms) for due, alarms in pairs]
    hits, false, missed = (sum(getattr(count, name) for count in counts) for name in ("hits", "false", "missed"))
    return {
        "f1": round(2 * hits / (2 * hits + false + missed), 4) if hits + false + missed else None,
        "recall": Share(hits, hits + missed).result(),
        "precision": Share(hits, hits + false).result(),
        "scenes_right": Share(sum(count.right for count in counts), len(counts)).result(),
    }


def tally(due: Sequence[Due], alarms: Sequence[float]) -> Tally:
    """One scene's alarms held against what was due; a second alarm for one spell is false."""
    left = list(alarms)
    hits = 0
    for spell in due:
        found = next((at for at in left if spell.from_s <= at <= spell.until_s), None)
        if found is not None:
            hits += 1
            left.remove(found)
    return Tally(hits, len(left), len(due) - hits)
