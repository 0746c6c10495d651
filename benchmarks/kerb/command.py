"""The figures of one detector at the kerb, over seeded scenes in several processes."""

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

import typer
from rich.console import Console
from rich.progress import track

from benchmarks.kerb.score import Outcome, scored

TUNED_ON = 2100  # seeds below were looked at while thresholds were chosen; the figures come from those from here on


def report(detector: str, run: Callable[[int], Sequence[Outcome]], scenes: int, workers: int, each: int = 1) -> None:
    """Print the figures as one JSON object; half of the scenes hold what is looked for. `run` makes `each` scenes of a seed."""
    seeds = range(TUNED_ON, TUNED_ON + scenes, each)
    outcomes = [outcome for group in _outcomes(run, seeds, workers) for outcome in group]
    figures = {"detector": detector, "first_seed": TUNED_ON, **scored(outcomes)}
    typer.echo(json.dumps(figures, ensure_ascii=False))


def _outcomes(run: Callable[[int], Sequence[Outcome]], seeds: Sequence[int], workers: int) -> Iterator[Sequence[Outcome]]:
    with ProcessPoolExecutor(workers) as pool:
        yield from track(pool.map(run, seeds), total=len(seeds), console=Console(stderr=True), description="scenes")
