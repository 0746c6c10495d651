"""The figures of one detector at the kerb, over seeded scenes in several processes."""

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

import typer
from rich.console import Console
from rich.progress import track

from benchmarks.kerb.score import Outcome, scored

TUNED_ON = 2100  # seeds below were looked at while thresholds were chosen; the figures come from those from here on


def report(detector: str, run_scene: Callable[[int], Outcome], scenes: int, workers: int) -> None:
    """Print the figures as one JSON object; half of the scenes hold what is looked for."""
    outcomes = list(_outcomes(run_scene, range(TUNED_ON, TUNED_ON + scenes), workers))
    figures = {"detector": detector, "first_seed": TUNED_ON, **scored(outcomes)}
    typer.echo(json.dumps(figures, ensure_ascii=False))


def _outcomes(run_scene: Callable[[int], Outcome], seeds: Sequence[int], workers: int) -> Iterator[Outcome]:
    with ProcessPoolExecutor(workers) as pool:
        yield from track(pool.map(run_scene, seeds), total=len(seeds), console=Console(stderr=True), description="scenes")
