"""Rows of the three tables: a figure with its n, where its pictures are from, what was tuned on, and its 95 % interval. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from benchmarks.kerb.score import Tally
from benchmarks.shares import wilson

Interval = tuple[float, float]

RESAMPLES = 2000
RESAMPLING_SEED = 7


class Table(StrEnum):
    """Which pictures; figures of different tables are never added up."""

    RENDERED = "rendered"
    COMPOSITED = "composited"  # drawn things in real clips
    REAL = "real"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `n` counts what `of` names; `split` says what the pictures were to those who chose the thresholds."""

    table: Table
    detector: str
    figure: str
    value: float | None
    n: int
    of: str
    interval: Interval | None
    how: str
    """How the interval was found: wilson, bootstrap, poisson; or why there is none."""
    source: str
    split: str

    @property
    def key(self) -> str:
        """Its name in the JSON line; rendered figures go without the table's name."""
        table = "" if self.table is Table.RENDERED else f"{self.table.value}."
        return f"{self.detector}.{table}{self.figure}"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the pictures of some rows come from."""

    table: Table
    detector: str
    source: str
    split: str

    def share(self, figure: str, hits: int, n: int, of: str) -> Row:
        """A share with Wilson's interval."""
        value, interval = (None, None) if n == 0 else (round(hits / n, 4), _rounded(wilson(hits, n)))
        return Row(self.table, self.detector, figure, value, n, of, interval, "wilson", self.source, self.split)

    def f1(self, figure: str, counts: Sequence[Tally]) -> Row:
        """F1 over scenes; the interval resamples whole scenes."""
        how = f"bootstrap, {RESAMPLES} resamples of scenes"
        value, interval = f1_of(counts), bootstrapped_f1(counts)
        return Row(self.table, self.detector, figure, value, len(counts), "scenes", interval, how, self.source, self.split)

    def number(self, figure: str, value: float | None, n: int, of: str, *, how: str, interval: Interval | None = None) -> Row:
        """Any other figure; `how` says what its interval is, or why it has none."""
        return Row(self.table, self.detector, figure, value, n, of, interval, how, self.source, self.split)


def f1_of(counts: Iterable[Tally]) -> float | None:
    """F1 of all hits, false alarms and misses; none where nothing was due and nothing came."""
    hits, false, missed = np.sum([[one.hits, one.false, one.missed] for one in counts], axis=0).tolist()
    return round(2 * hits / (2 * hits + false + missed), 4) if hits + false + missed else None


def bootstrapped_f1(counts: Sequence[Tally]) -> Interval | None:
    """The 95 % interval by resampling scenes (Efron's percentile interval); the same counts give the same interval."""
    if f1_of(counts) is None:
        return None
    numbers = np.array([[one.hits, one.false, one.missed] for one in counts], np.float64)
    chosen = np.random.default_rng(RESAMPLING_SEED).integers(len(counts), size=(RESAMPLES, len(counts)))
    hits, false, missed = np.moveaxis(numbers[chosen].sum(axis=1), -1, 0)
    scores = 2 * hits / np.maximum(2 * hits + false + missed, 1)
    return _rounded((float(np.percentile(scores, 2.5)), float(np.percentile(scores, 97.5))))


def _rounded(interval: Interval) -> Interval:
    low, high = interval
    return round(low, 4), round(high, 4)
