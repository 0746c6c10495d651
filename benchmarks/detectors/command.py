"""`yuhang bench detectors`: every detector on rendered, composited and real pictures; the last line is JSON."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table as Printed

from benchmarks.detectors import falling, gate, kerb, parking
from benchmarks.detectors.plan import Plan, Suite
from benchmarks.detectors.table import Row, Table
from benchmarks.detectors.work import results
from benchmarks.media import media_folder

WIDE = 200  # columns that a row takes; on a narrower screen a table would be a pillar of words
SUITES: dict[str, Suite] = {suite.detector: suite for suite in (parking.SUITE, falling.SUITE, *kerb.SUITES, *gate.SUITES)}


def command(
    *,
    only: Annotated[list[str] | None, typer.Option(help=f"detector; may be repeated: {', '.join(SUITES)}")] = None,
    hours: Annotated[float, typer.Option(help="hours of facades on which nothing falls; 72 is the whole figure", min=0)] = 7.2,
    scenes: Annotated[int, typer.Option(help="rendered scenes of each detector", min=0)] = 24,
    composited: Annotated[int, typer.Option(help="scenes of each kind drawn into real clips", min=0)] = 16,
    media: Annotated[Path | None, typer.Option(help="folder with video/ and face/; left out: $YUHANG_SHARED/media")] = None,
    cache: Annotated[Path, typer.Option(help="folder of finished scenes; they are not run again")] = Path("var/bench/detectors"),
    workers: Annotated[int, typer.Option(help="processes", min=1)] = 2,
) -> None:
    """Each figure with its n, its source, what was tuned on, and its 95 % interval."""
    wanted = only or list(SUITES)
    if unknown := [name for name in wanted if name not in SUITES]:
        raise typer.BadParameter(f"no detector {', '.join(unknown)}; there are {', '.join(SUITES)}", param_hint="--only")
    rows = measure([SUITES[name] for name in wanted], Plan(scenes, composited, hours, media or media_folder()), cache, workers)
    show(rows)
    typer.echo(json.dumps(line(rows), ensure_ascii=False))


def measure(suites: Sequence[Suite], plan: Plan, cache: Path, workers: int) -> list[Row]:
    """All jobs of all suites, so that no process waits for another detector; then their rows."""
    jobs = {suite.detector: list(suite.jobs(plan)) for suite in suites}
    everything = [job for group in jobs.values() for job in group]
    done = dict(zip([job.name for job in everything], results(everything, cache.resolve(), workers), strict=True))
    return [row for suite in suites for row in suite.rows([(job, done[job.name]) for job in jobs[suite.detector]])]


def show(rows: Iterable[Row]) -> None:
    """Three tables; what is drawn and what is real never stand in one."""
    every = list(rows)
    console = Console() if Console().width >= WIDE else Console(width=WIDE)
    for table in Table:
        printed = Printed(title=table.value, box=box.SIMPLE, title_justify="left")
        for column in ("figure", "value", "95 %", "n", "source", "split"):
            printed.add_column(column, overflow="fold")
        for row in (one for one in every if one.table is table):
            interval = row.how if row.interval is None else f"{row.interval[0]:g}-{row.interval[1]:g} ({row.how})"
            value = "-" if row.value is None else f"{row.value:g}"
            printed.add_row(f"{row.detector}.{row.figure}", value, interval, f"{row.n} {row.of}", row.source, row.split)
        console.print(printed)


def line(rows: Iterable[Row]) -> dict[str, object]:
    """Figures by name (`parking.f1`; of other tables `parking.real.f1`), and the tables in full."""
    every = list(rows)
    return {**{row.key: row.value for row in every}, "tables": [asdict(row) for row in every]}
