"""The outcomes of many scenes as one table: recall by size, false alarms an hour, floors, each with its n and 95 % interval."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.falling.scene_run import Outcome
from benchmarks.shares import Share

SMALL_PX = (3.0, 6.0)


def scored(throws: Sequence[Outcome], quiet: Sequence[Outcome]) -> dict[str, object]:
    """`throws` are scenes in which things fall, `quiet` those in which nothing does."""
    delays = [delay for outcome in throws for delay in outcome.delays_s]
    widths = [width for outcome in throws for width in outcome.floors_width]
    found = sum(hit for outcome in throws for _, hit in outcome.hits)
    return {
        "data": "rendered",
        "ours": _of(throws, quiet, lambda one: one.hits, lambda one: one.false_alarms),
        "plain": _of(throws, quiet, lambda one: one.plain_hits, lambda one: one.plain_false_alarms),
        "floor_in_range": _share(sum(outcome.floors_right for outcome in throws), found).result(),
        "floors_named_mean": round(float(np.mean(widths)), 2) if widths else None,
        "delay_p95_s": round(float(np.percentile(delays, 95)), 2) if delays else None,
        "frame_ms_mean": round(float(np.mean([outcome.frame_ms for outcome in (*throws, *quiet)])), 2),
        "recall_by_light": {
            light: _recall([hit for one in throws if one.light == light for hit in one.hits], lambda _: True)
            for light in ("day", "dusk", "night")
        },
    }


def _of(
    throws: Sequence[Outcome],
    quiet: Sequence[Outcome],
    hits_of: Callable[[Outcome], list[tuple[float, bool]]],
    false_of: Callable[[Outcome], int],
) -> dict[str, object]:
    hits = [hit for outcome in throws for hit in hits_of(outcome)]
    hours = sum(outcome.seconds for outcome in quiet) / 3600
    false = sum(false_of(outcome) for outcome in quiet)
    return {
        "recall": _recall(hits, lambda _: True),
        "recall_small": _recall(hits, lambda size: SMALL_PX[0] <= size <= SMALL_PX[1]),
        "recall_large": _recall(hits, lambda size: size > SMALL_PX[1]),
        "false_beside_throws": sum(false_of(outcome) for outcome in throws),
        "false_alarms": false,
        "quiet_hours": round(hours, 3),
        "false_alarms_an_hour": round(false / hours, 3) if hours else None,
        "false_alarms_a_day_95_bound": round(poisson_bound(false) / hours * 24, 1) if hours else None,
    }


def _recall(hits: Sequence[tuple[float, bool]], counts: Callable[[float], bool]) -> dict[str, object]:
    chosen = [hit for size, hit in hits if counts(size)]
    return dict(_share(sum(chosen), len(chosen)).result())


def _share(hits: int, count: int) -> Share:
    return Share(hits, count)


def poisson_bound(count: int) -> float:
    """Upper 95 % bound of the mean of a Poisson count (Wilson-Hilferty; exact 3.0 for none)."""
    if count == 0:
        return -math.log(0.05)
    n = count + 1
    return n * (1 - 1 / (9 * n) + 1.645 / (3 * math.sqrt(n))) ** 3
