"""`yuhang bench detect --detector falling`: throws found and false alarms on seeded facades, beside a plain baseline."""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

import typer
from rich.console import Console
from rich.progress import track

from benchmarks.falling.scene_run import Outcome, run_scene
from benchmarks.falling.score import scored
from simulators.facade.random_scenes import random_scene

TUNED_ON = 2000  # seeds below were looked at while thresholds were chosen; the figures come from those from here on


def run(scenes: int, quiet_scenes: int, seconds: float, workers: int, first_seed: int = TUNED_ON) -> dict[str, object]:
    """Score `scenes` with throws and `quiet_scenes` without, each `seconds` long."""
    throws = [(first_seed + number, seconds, True) for number in range(scenes)]
    quiet = [(first_seed + 10_000 + number, seconds, False) for number in range(quiet_scenes)]
    outcomes = list(_outcomes([*throws, *quiet], workers))
    figures = scored(outcomes[:scenes], outcomes[scenes:])
    return {"detector": "falling_object", "scenes": scenes, "scene_s": seconds, "first_seed": first_seed, **figures}


def report(scenes: int, quiet_scenes: int, seconds: float, workers: int) -> None:
    """Print the figures as one JSON object."""
    typer.echo(json.dumps(run(scenes, quiet_scenes, seconds, workers), ensure_ascii=False))


def _outcomes(jobs: Sequence[tuple[int, float, bool]], workers: int) -> Iterator[Outcome]:
    with ProcessPoolExecutor(workers) as pool:
        yield from track(pool.map(_one, jobs), total=len(jobs), console=Console(stderr=True), description="facades")


def _one(job: tuple[int, float, bool]) -> Outcome:
    seed, seconds, throws = job
    return run_scene(random_scene(seed, seconds, throws=throws))
