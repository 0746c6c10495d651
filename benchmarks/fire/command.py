"""`yuhang bench fire`: the stories against their truth; exit code 1 where anything differs."""

import json
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from rich.console import Console
from rich.table import Table

from benchmarks.fire.central import CentralProcess
from benchmarks.fire.story import STORIES, Seen, Stage
from benchmarks.fire.street import corners, served, signals_file
from benchmarks.servers import BROKER_USER, embedded_broker
from yuhang.clock import ScaledClock
from yuhang.mqtt.config import MqttConfig
from yuhang.mqtt.session import MqttSession

TRUTH = Path(__file__).with_name("truth.yaml")
UPPER_BOUNDS = frozenset({"given_back_s"})


def command(
    *,
    speed: Annotated[float, typer.Option(help="seconds of the story in one real second", min=0.5, max=10)] = 3.0,
    story: Annotated[str, typer.Option(help="only this one")] = "",
    keep: Annotated[Path | None, typer.Option(help="folder for central's files, kept")] = None,
) -> None:
    """Fire calls from call to release over NTCIP 1202, GB/T 20999 and GA/T 1049.2, with faults, against their truth."""
    truth: dict[str, Seen] = yaml.safe_load(TRUTH.read_text(encoding="utf-8"))
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        folder = keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        seen = _play(folder, speed, [name for name in STORIES if story in ("", name)])
    differences = [line for name, found in seen.items() for line in compare(name, truth[name], found)]
    _show(seen)
    for line in differences:
        typer.echo(line, err=True)
    typer.echo(json.dumps({"seconds": round(time.monotonic() - began, 1), "differences": len(differences), "stories": seen}))
    raise typer.Exit(1 if differences else 0)


def compare(name: str, truth: Seen, seen: Seen) -> list[str]:
    """What differs from the truth, one line each; what the truth does not name is free."""
    return [
        f"{name}: {key} is {seen.get(key)!r}, and must be {'at most ' if key in UPPER_BOUNDS else ''}{wanted!r}"
        for key, wanted in truth.items()
        if key != "about" and not _fits(key, wanted, seen.get(key))
    ]


def _fits(key: str, wanted: Any, found: Any) -> bool:
    if key in UPPER_BOUNDS:
        return found is not None and bool(found <= wanted)
    return bool(found == wanted)


def _play(folder: Path, speed: float, names: list[str]) -> dict[str, Seen]:
    places, clock = corners(seed=7), ScaledClock.starting_now(speed)
    with embedded_broker() as port, served(places, speed):
        central = CentralProcess(folder, port, clock)
        central.set_up(signals_file(places, folder))
        mqtt = MqttSession(MqttConfig(port=port, username=BROKER_USER, password_file=folder / "mqtt.password"), "fire-check")
        mqtt.start()
        central.start()
        mqtt.wait_connected(20)
        try:
            return {name: _told(name, Stage(central, places, mqtt, clock)) for name in names}
        finally:
            central.stop()
            mqtt.stop()


def _told(name: str, stage: Stage) -> Seen:
    seen = STORIES[name](stage)
    seen["faults"] = [f"{corner.name}: {fault}" for corner in stage.places if (fault := corner.controller.observe().fault)]
    return seen


def _show(seen: dict[str, Seen]) -> None:
    table = Table("story", "seen", title="fire check")
    for name, found in seen.items():
        table.add_row(name, ", ".join(f"{key} {value}" for key, value in found.items()))
    Console().print(table)
