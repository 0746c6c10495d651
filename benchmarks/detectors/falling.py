"""What falls: throws by size, drawn facades and real clips; and hours in which nothing is thrown."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.detectors.plan import CLIPS_CODE, Plan, Suite
from benchmarks.detectors.table import Interval, Origin, Row, Table
from benchmarks.detectors.work import Job
from benchmarks.falling.scene_run import Outcome, run_pictures, run_scene
from benchmarks.falling.score import SMALL_PX, poisson_bound
from simulators.composite.throws import thrown_into
from simulators.facade.random_scenes import random_scene, strip_of

NAME = "falling_object"
CODE = (
    "edge/detectors/falling_object",
    "edge/pipeline.py",
    "benchmarks/falling/scene_run.py",
    "benchmarks/stream.py",
    "simulators/facade",
)
THROW_SEEDS = 2100
THROW_S = 28.0
QUIET_SEEDS = 22_000
QUIET_S = 600.0
CODED_EVERY = 12  # of the quiet scenes one goes through encoder and decoder
SPLIT = "unseen seeds from {first} on; tuned on seeds below"
QUIET_SOURCE = {
    "straight": "rendered strip of a facade, 320 x 720 at 25 a second, pictures straight to the node without a codec",
    "coded": "the same strips through H.264",
}


def jobs(plan: Plan) -> list[Job]:
    """Throws in both tables, the quiet hours, and the real clips that hold no throw."""
    found = [Job(f"falling-throws-{THROW_SEEDS + n}", throws, (THROW_SEEDS + n,), Outcome, CODE) for n in range(plan.scenes)]
    for number in range(max(1, round(plan.hours * 3600 / QUIET_S)) if plan.hours else 0):
        coded, seed = number % CODED_EVERY == 0, QUIET_SEEDS + number
        found.append(Job(f"falling-quiet-{'coded' if coded else 'straight'}-{seed}", quiet, (seed, coded), Outcome, CODE))
    if plan.clips is not None:
        drawn = range(THROW_SEEDS, THROW_SEEDS + plan.composited)
        found += [Job(f"falling-composited-{seed}", in_clip, (plan.clips, seed), Outcome, (*CODE, *CLIPS_CODE)) for seed in drawn]
        found += [Job(f"falling-real-{n}", real_clip, (plan.clips, n), Outcome, (*CODE, *CLIPS_CODE)) for n in (0, 1)]
    return found


def throws(seed: int) -> Outcome:
    """A facade with a throw about every six seconds."""
    return run_scene(random_scene(seed, THROW_S))


def quiet(seed: int, coded: bool) -> Outcome:
    """Ten minutes in which nothing is thrown."""
    return run_scene(strip_of(random_scene(seed, QUIET_S, throws=False)), plain=False, encoded=coded)


def in_clip(clips: Path, seed: int) -> Outcome:
    """Throws drawn into a real clip."""
    thrown = thrown_into(clips, seed)
    return run_pictures(thrown.facade, thrown.pictures())


def real_clip(clips: Path, seed: int) -> Outcome:
    """A real clip as it is, watched as if it were a facade (its first seeds are without weather)."""
    bare = thrown_into(clips, seed, throws=False)
    return run_pictures(bare.facade, bare.pictures())


def rows(results: Sequence[tuple[Job, Any]]) -> list[Row]:
    """Recall by size and false alarms, table by table."""

    def of(part: str) -> list[Outcome]:
        return [outcome for job, outcome in results if job.name.startswith(f"falling-{part}-")]

    split = SPLIT.format(first=THROW_SEEDS)
    rendered = Origin(Table.RENDERED, NAME, f"rendered facade, 640 x 720 at 25 a second, {THROW_S:.0f} s, H.264", split)
    clips = "road_ahmet.mp4 and hwy_bgs02.avi (real), H.264 again; clear, noise, rain, infrared in turn"
    composited = Origin(Table.COMPOSITED, NAME, f"throws drawn into {clips}", split)
    real = Origin(
        Table.REAL, NAME, "road_ahmet.mp4 and hwy_bgs02.avi (real) without a throw, watched as facades", "never tuned on"
    )
    found = [*_recalls(rendered, of("throws")), *_recalls(composited, of("composited"))]
    for kind, source in QUIET_SOURCE.items():
        figure = "false_alarms" if kind == "straight" else "false_alarms_coded"
        quiet_split = SPLIT.format(first=QUIET_SEEDS)
        found += _false_alarms(Origin(Table.RENDERED, NAME, source, quiet_split), figure, of(f"quiet-{kind}"))
    return [*found, *_false_alarms(real, "false_alarms", of("real"))]


def _recalls(origin: Origin, outcomes: Sequence[Outcome]) -> list[Row]:
    if not outcomes:
        return []
    hits = [hit for one in outcomes for hit in one.hits]
    plain = [hit for one in outcomes for hit in one.plain_hits]
    small = [hit for size, hit in hits if SMALL_PX[0] <= size <= SMALL_PX[1]]
    large = [hit for size, hit in hits if size > SMALL_PX[1]]
    beside = sum(one.false_alarms for one in outcomes)
    return [
        origin.share("recall", sum(hit for _, hit in hits), len(hits), "throws"),
        origin.share("recall_small", sum(small), len(small), "throws of 3 to 6 px"),
        origin.share("recall_large", sum(large), len(large), "throws above 6 px"),
        origin.share("plain_recall", sum(hit for _, hit in plain), len(plain), "throws"),
        origin.number("false_beside_throws", beside, len(outcomes), "scenes", how="a count"),
    ]


def _false_alarms(origin: Origin, figure: str, outcomes: Sequence[Outcome]) -> list[Row]:
    """The count, with the rate a day that its number of days can bound."""
    if not outcomes:
        return []
    days = sum(one.seconds for one in outcomes) / 86_400
    count = sum(one.false_alarms for one in outcomes)
    bound: Interval = (0.0, round(poisson_bound(count) / days, 2))
    minutes = round(days * 1440)
    return [
        origin.number(figure, count, minutes, "minutes", how="a count"),
        origin.number(
            f"{figure}_a_day", round(count / days, 2), minutes, "minutes", how="poisson, upper bound of 95 %", interval=bound
        ),
    ]


SUITE = Suite(NAME, jobs, rows)
