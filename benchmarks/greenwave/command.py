"""`yuhang bench greenwave --sumocfg FILE`: an engine on real streets, eight ways of treating its signals, one table."""

import json
import multiprocessing
from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.greenwave import crossing as crossings
from benchmarks.greenwave.cache import Cache
from benchmarks.greenwave.drive import meetings_of, pairs_of, run
from benchmarks.greenwave.job import Job
from benchmarks.greenwave.outcome import Outcome
from benchmarks.greenwave.pairs import LEAST_SIGNALS, Pair
from benchmarks.greenwave.scenario import Scenario
from benchmarks.greenwave.score import Score, Trip, score
from benchmarks.greenwave.through import PROTOCOLS
from yuhang.errors import YuhangError

MODES = ("none", "blue", "near200", "corridor", "eta", "stage-eta", "ours-same-way", "ours")
_CROSSING_PAIRS = 10  # among whose ways crossings are looked for


def command(
    *,
    sumocfg: Annotated[Path, typer.Option(help="SUMO configuration", exists=True, dir_okay=False)],
    pairs: Annotated[int, typer.Option(help="origins and destinations", min=1)] = 10,
    seeds: Annotated[int, typer.Option(help="seeds for each pair", min=1)] = 1,
    sublane: Annotated[bool, typer.Option("--sublane", help="vehicles can pass within a lane")] = False,
    give_way: Annotated[bool, typer.Option(help="others stop for the engine where no red light keeps them back")] = True,
    signals: Annotated[int, typer.Option(help="least signals on a way", min=1)] = LEAST_SIGNALS,
    crossing: Annotated[
        bool, typer.Option("--crossing", help="two engines whose ways cross, each against its time alone")
    ] = False,
    through: Annotated[
        str, typer.Option(help=f"`ours` through a protocol over a bad line, in simulated time: {', '.join(PROTOCOLS)}")
    ] = "",
    modes: Annotated[str, typer.Option(help=f"of {', '.join(MODES)}; with commas")] = ",".join(MODES),
    warm_up: Annotated[float, typer.Option(help="seconds of traffic before the call", min=0)] = 900.0,
    minutes: Annotated[float, typer.Option(help="length of a run, warm-up included", min=1)] = 60.0,
    trip_only: Annotated[
        bool, typer.Option("--trip-only", help="end a run when the engine is there; says nothing of others")
    ] = False,
    jobs: Annotated[int, typer.Option(help="processes at a time", min=1)] = 2,
    cache: Annotated[Path, typer.Option(help="folder of finished runs; they are not run again")] = Path("var/bench/greenwave"),
    trace: Annotated[Path | None, typer.Option(help="folder for a line a second of every run")] = None,
) -> None:
    """How much a green wave wins for the engine and costs the others. Stopped, it goes on where it was."""
    names = _names(modes) if not through else ["ours"]
    if through and through not in PROTOCOLS:
        raise typer.BadParameter(f"unknown protocol {through}; there are {', '.join(PROTOCOLS)}", param_hint="--through")
    try:
        scenario = Scenario.read(sumocfg, sublane=sublane)
        bench = _Bench(scenario, Cache(cache.resolve()), jobs, None if trace is None else trace.resolve())
        model = Job(scenario, "none", 1, None, warm_up, minutes * 60, trip_only, gives_way=give_way, through=through)
        if crossing:
            typer.echo(json.dumps(bench.crossing(pairs, model, signals)))
            return
        report = bench.report(pairs, seeds, names, model, signals)
    except YuhangError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    _show(scenario, report)
    typer.echo(json.dumps(report))


def _names(modes: str) -> list[str]:
    names = [name.strip() for name in modes.split(",") if name.strip()]
    unknown = [name for name in names if name not in MODES]
    if unknown or not names:
        raise typer.BadParameter(f"unknown mode {', '.join(unknown)}; there are {', '.join(MODES)}", param_hint="--modes")
    return names


class _Bench:
    """Runs what is not in the cache, and adds up."""

    def __init__(self, scenario: Scenario, cache: Cache, jobs: int, trace: Path | None) -> None:
        self._scenario, self._cache, self._jobs, self._trace = scenario, cache, jobs, trace

    def report(self, count: int, seeds: int, modes: Sequence[str], model: Job, signals: int = LEAST_SIGNALS) -> dict[str, object]:
        """All figures."""
        pairs = self._pairs(count, signals)
        if not pairs:
            raise YuhangError(
                f"{self._scenario.config}: has no two places 1.5 km and {signals} signals apart; give fewer --signals"
            )
        numbers = [seed + 1 for seed in range(seeds)]
        empty = {pair.number: replace(model, mode="empty", pair=pair, through="") for pair in pairs}
        alone = {} if model.trip_only else {seed: replace(model, mode="alone", seed=seed, through="") for seed in numbers}
        trips = {
            (mode, pair.number, seed): replace(model, mode=mode, seed=seed, pair=pair, call_s=_call_s(model, pair.number, seed))
            for mode in modes
            for pair in pairs
            for seed in numbers
        }
        done = self._run([*empty.values(), *alone.values(), *trips.values()])
        without = {seed: done[job] for seed, job in alone.items()}
        scores = {}
        for mode in modes:
            found = [
                Trip(pair, seed, done[empty[pair]].trip_s or 1.0, job.until_s - job.call_s, done[job])
                for (name, pair, seed), job in trips.items()
                if name == mode
            ]
            scores[mode] = score(found, without)
        return {
            "network": self._scenario.name,
            "sublane": self._scenario.sublane,
            "others_give_way": model.gives_way,
            "through": model.through,
            "pairs": len(pairs),
            "seeds": seeds,
            "modes": {mode: asdict(found) for mode, found in scores.items()},
            "violations": sum(sum(found.violations.values()) for found in scores.values()),
        }

    def crossing(self, count: int, model: Job, signals: int) -> dict[str, object]:
        """Figures of engines that meet: up to `count` meetings of the ways of the pairs."""
        with _pool(1) as pool:
            met = pool.submit(meetings_of, self._scenario, self._pairs(_CROSSING_PAIRS, signals), count).result()
        if not met:
            raise YuhangError(f"{self._scenario.config}: no two ways cross at a signal; give fewer --signals")
        return crossings.report(met, replace(model, trip_only=True), self._run)

    def _pairs(self, count: int, signals: int) -> tuple[Pair, ...]:
        known = self._cache.pairs(self._scenario.fingerprint, count, signals)
        if known is None:
            with _pool(1) as pool:
                known = pool.submit(pairs_of, self._scenario, count, signals).result()
            self._cache.keep_pairs(self._scenario.fingerprint, count, signals, known)
        return known

    def _run(self, jobs: list[Job]) -> dict[Job, Outcome]:
        found = {job: self._cache.outcome(job) for job in jobs}
        done = {job: outcome for job, outcome in found.items() if outcome is not None}
        missing = [job for job in jobs if job not in done]
        with Progress(transient=True, console=Console(stderr=True)) as progress, _pool(self._jobs) as pool:
            task = progress.add_task(self._scenario.name, total=len(jobs), completed=len(done))
            waiting = {pool.submit(run, self._traced(job)): job for job in missing}
            for future, job in _finished(waiting):
                done[job] = future.result()
                self._cache.keep(job, done[job])
                progress.update(task, advance=1, description=f"{job.mode} {job.seed}")
        return done

    def _traced(self, job: Job) -> Job:
        if self._trace is None or job.pair is None:
            return job
        self._trace.mkdir(parents=True, exist_ok=True)
        return replace(job, trace=self._trace / f"{job.mode}-{job.pair.number}-{job.seed}.txt")


def _pool(jobs: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"), max_tasks_per_child=1)


def _finished(waiting: dict[Future[Outcome], Job]) -> Iterable[tuple[Future[Outcome], Job]]:
    left = set(waiting)
    while left:
        done, left = wait(left, return_when=FIRST_COMPLETED)
        for future in done:
            yield future, waiting[future]


def _call_s(model: Job, pair: int, seed: int) -> float:
    """Calls come at every moment of a cycle."""
    return model.call_s + (37 * pair + 53 * seed) % 120


def _show(scenario: Scenario, report: dict[str, object]) -> None:
    table = Table(
        title=f"{scenario.name}{' (sublane)' if scenario.sublane else ''}: {report['pairs']} pairs, {report['seeds']} seeds"
    )
    for name in (
        "mode",
        "arrived",
        "ratio",
        "p95",
        "red stops",
        "engine stood",
        "others' delay",
        "others stood",
        "teleports",
        "violations",
    ):
        table.add_column(name, justify="left" if name == "mode" else "right")
    modes = report["modes"]
    for name, found in modes.items() if isinstance(modes, dict) else ():
        figures = Score(**found)
        table.add_row(
            name,
            f"{figures.arrived}/{figures.trips}",
            f"{figures.ratio:.2f}",
            f"{figures.ratio_p95:.2f}",
            f"{figures.red_stops:.1f}",
            f"{figures.engine_stop_s:.0f} s",
            _percent(figures),
            f"{figures.worst_stop_s:.0f} s",
            f"{figures.teleports}+{figures.collisions}",
            str(sum(figures.violations.values())),
        )
    Console(width=130).print(table)


def _percent(figures: Score) -> str:
    if figures.others is None:
        return "-"
    interval = "" if figures.others_95 is None else f" ± {figures.others_95:.1%}"
    return f"{figures.others:+.1%}{interval}"
