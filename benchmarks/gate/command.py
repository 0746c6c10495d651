"""`yuhang bench gate [--portrait PHOTO]`: from the decisive picture to the decision, milliseconds; the last line is JSON."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from benchmarks.gate.faces import face_times
from benchmarks.gate.plates import plate_times


def command(
    *,
    portrait: Annotated[
        Path | None,
        typer.Option(help="photo of a face, for the face camera; without it only plates", exists=True, dir_okay=False),
    ] = None,
    cars: Annotated[int, typer.Option(help="cars whose plates are read", min=0)] = 40,
    decisions: Annotated[int, typer.Option(help="decisions that are timed", min=5)] = 60,
) -> None:
    """A plate, and a face within a household; comparing among 20,000 is a figure of speed only, such a search is locked."""
    figures: dict[str, float | int] = {}
    if cars:
        plates = plate_times(cars)
        figures |= {"plate_p95_ms": percentile(plates.decided_ms), "plates": len(plates.decided_ms), "doubtful": plates.doubtful}
    if portrait is not None:
        figures |= _faces(portrait, decisions)
    typer.echo(json.dumps(figures))


def _faces(portrait: Path, decisions: int) -> dict[str, float | int]:
    times = face_times(portrait, decisions)
    crowd = [one + other for one, other in zip(times.decided_ms, _repeated(times.crowd_ms, len(times.decided_ms)), strict=True)]
    return {
        "face_p95_ms": percentile(times.decided_ms),
        "face_median_ms": round(float(np.median(times.decided_ms)), 1),
        "face_20000_p95_ms": percentile(crowd),
        "decisions": len(times.decided_ms),
    }


def percentile(taken_ms: Sequence[float]) -> float:
    """The time that 95 % of the decisions keep."""
    return round(float(np.percentile(taken_ms, 95)), 1)


def _repeated(values: Sequence[float], count: int) -> list[float]:
    return [values[index % len(values)] for index in range(count)]
