"""`yuhang bench detect --detector NAME`: how well one detector finds what it is for; the last line is JSON."""

from enum import StrEnum
from typing import Annotated

import typer

from benchmarks.falling import command as falling
from benchmarks.kerb import command as kerb
from benchmarks.kerb import ebike_charging, ebike_lift, tipping, trading


class DetectorName(StrEnum):
    """Detectors with a benchmark of their own."""

    FALLING = "falling"
    TIPPING = "tipping"
    TRADING = "trading"
    EBIKE_LIFT = "ebike_lift"
    EBIKE_CHARGING = "ebike_charging"


def command(
    *,
    detector: Annotated[DetectorName, typer.Option(help="which detector")],
    scenes: Annotated[int, typer.Option(help="falling: scenes in which it happens; others: all scenes", min=1)] = 30,
    quiet: Annotated[int, typer.Option(help="falling: scenes in which nothing happens", min=1)] = 30,
    seconds: Annotated[float, typer.Option(help="falling: length of each scene", min=10.0)] = 60.0,
    workers: Annotated[int, typer.Option(help="processes", min=1)] = 2,
) -> None:
    """Recall and false alarms of one detector on rendered scenes, beside a plain baseline in the same run."""
    match detector:
        case DetectorName.FALLING:
            falling.report(scenes, quiet, seconds, workers)
        case DetectorName.TIPPING:
            kerb.report("tipping", tipping.run, scenes, workers)
        case DetectorName.TRADING:
            kerb.report("trading", trading.run, scenes, workers)
        case DetectorName.EBIKE_LIFT:
            kerb.report("ebike_lift", ebike_lift.run_lift, scenes, workers, each=ebike_lift.RIDES)
        case DetectorName.EBIKE_CHARGING:
            kerb.report("ebike_charging", ebike_charging.run_place, scenes, workers, each=ebike_charging.SCENES)
