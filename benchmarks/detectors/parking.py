"""Stops and their dwell: rendered streets, and a drawn car in a real clip."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.clips import run as real
from benchmarks.detectors.plan import CLIPS_CODE, CODE, Plan, Suite
from benchmarks.detectors.table import Origin, Row, Table
from benchmarks.detectors.work import Job
from benchmarks.kerb.score import Tally
from benchmarks.parking.composited import run_clip
from benchmarks.parking.rendered import run_street
from benchmarks.parking.score import Outcome

NAME = "parking"
FIRST_SEED = 2100
SPLIT = f"unseen seeds from {FIRST_SEED} on; no threshold was tuned on drawn stops"
SOURCES = {
    Table.RENDERED: "rendered street, 960 x 540, five pictures a second, H.264",
    Table.COMPOSITED: "a car drawn into vtest.avi (real), H.264 again; clear, noise, rain, infrared in turn",
}


def jobs(plan: Plan) -> list[Job]:
    """Streets and clips."""
    code = (*CODE, "benchmarks/parking")
    found = [Job(f"parking-rendered-{FIRST_SEED + n}", run_street, (FIRST_SEED + n,), Outcome, code) for n in range(plan.scenes)]
    if plan.clips is not None:
        seeds = range(FIRST_SEED, FIRST_SEED + plan.composited)
        found += [Job(f"parking-composited-{s}", run_clip, (plan.clips, s), Outcome, (*code, *CLIPS_CODE)) for s in seeds]
        clips = (*CODE, "benchmarks/clips")
        found += [
            Job(f"parking-real-{name}", real.run_clip, (plan.clips, name), real.Outcome, clips) for name in real.clip_names()
        ]
    return found


def rows(results: Sequence[tuple[Job, Any]]) -> list[Row]:
    """F1 and the largest dwell error, table by table."""
    found: list[Row] = []
    for table, source in SOURCES.items():
        outcomes = [one for job, one in results if job.name.startswith(f"parking-{table.value}-")]
        if outcomes:
            found += _rows(Origin(table, NAME, source, SPLIT), outcomes)
    return [*found, *_real_rows([one for job, one in results if job.name.startswith("parking-real-")])]


def _real_rows(outcomes: Sequence[real.Outcome]) -> list[Row]:
    if not outcomes:
        return []
    source = "real clips with a truth by eye, benchmarks/clips"
    origin = Origin(
        Table.REAL, NAME, source, "zones and dwells were set by hand for each clip; no interval carries over to other cameras"
    )
    stops, missing = sum(one.stops for one in outcomes), sum(one.missing for one in outcomes)
    counts = [Tally(one.stops - one.missing, one.not_expected, one.missing) for one in outcomes]
    return [
        origin.f1("f1", counts),
        origin.share("recall", stops - missing, stops, "stops"),
        origin.number("false_alarms", sum(one.not_expected for one in outcomes), len(outcomes), "clips", how="a count"),
        origin.share(
            "clips_right", sum(not one.differences for one in outcomes), len(outcomes), "clips, every event at its time"
        ),
    ]


def _rows(origin: Origin, outcomes: Sequence[Outcome]) -> list[Row]:
    errors = [error for one in outcomes for error in one.dwell_errors_s]
    hits, false, missed = (sum(getattr(one.tally, name) for one in outcomes) for name in ("hits", "false", "missed"))
    worst = round(max(errors), 2) if errors else None
    median = round(float(np.median(errors)), 2) if errors else None
    return [
        origin.f1("f1", [one.tally for one in outcomes]),
        origin.share("recall", hits, hits + missed, "stays"),
        origin.share("precision", hits, hits + false, "reports"),
        origin.number("dwell_error_s", worst, len(errors), "stays reported with their end", how="the largest"),
        origin.number("dwell_error_median_s", median, len(errors), "stays reported with their end", how="the median"),
        origin.f1("plain_f1", [one.plain for one in outcomes]),
    ]


SUITE = Suite(NAME, jobs, rows)
