"""`yuhang bench plates`: two readers on real crops, real photos and rendered lanes; the last line is JSON."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from benchmarks.plates.crops import CropOutcome, crops, photos
from benchmarks.plates.lanes import FIRST_SEED, LaneOutcome, lanes
from benchmarks.shares import Share, wilson
from edge.plates.vehicle import load_vehicle_plates
from models.store import ModelStore


def command(
    *,
    media: Annotated[Path | None, typer.Option(help="folder with crops_cn.tar and photos; without it only lanes")] = None,
    count: Annotated[int, typer.Option("--lanes", help="rendered lanes", min=0)] = 240,
    workers: Annotated[int, typer.Option(help="processes", min=1)] = 2,
    kept: Annotated[Path | None, typer.Option(help="file of finished lanes; a run that was cut short goes on from it")] = None,
) -> None:
    """Plates read, read wrongly and left to a person."""
    figures: dict[str, object] = {}
    if media is not None:
        seen = list(crops(media / "crops_cn.tar"))
        figures |= {
            "plates.crops.all": _agreement(seen),
            "plates.crops.held_out": _agreement([one for one in seen if one.held_out]),
        }
        plates = load_vehicle_plates(ModelStore.standard(), second="ppocr-plate-reader")
        for line in photos(media, plates):
            typer.echo(json.dumps(line, ensure_ascii=False))
    bar = track(lanes(count, workers, kept), total=count, console=Console(stderr=True), description="lanes")
    figures |= _lanes(list(bar))
    typer.echo(json.dumps(figures, ensure_ascii=False))


def _agreement(seen: Sequence[CropOutcome]) -> dict[str, object]:
    agreed = Share(sum(one.agreed for one in seen), len(seen))
    wrong = [one.text for one in seen if one.agreed and one.first != one.text]
    return {"agree": agreed.result(), "agreed_and_wrong": wrong}


def _lanes(outcomes: Sequence[LaneOutcome]) -> dict[str, object]:
    if not outcomes:
        return {}
    wrong = [one for one in outcomes if one.wrong]
    figures: dict[str, object] = {
        "plates.n": len(outcomes),
        "plates.first_seed": FIRST_SEED,
        "plates.read": round(sum(one.in_time for one in outcomes) / len(outcomes), 4),
        "plates.wrong": len(wrong),
        "plates.wrong_upper_95": round(wilson(len(wrong), len(outcomes))[1], 5),
        "plates.wrong_ones": [f"{one.text} as {one.read}" for one in wrong],
    }
    for kind, night in sorted({(one.kind, one.night) for one in outcomes}):
        group = [one for one in outcomes if (one.kind, one.night) == (kind, night)]
        light = "night" if night else "day"
        figures[f"plates.read.{kind}.{light}"] = Share(sum(one.in_time for one in group), len(group)).result()
    return figures
