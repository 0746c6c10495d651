"""The command: make the streams, find how many cameras a node watches with every event right, set the plain loop beside it."""

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from benchmarks.density import plain
from benchmarks.density.clips import Codec, Library, Part, Recipe
from benchmarks.density.node import Watched, watch
from benchmarks.density.plan import PlannedCamera, plan
from benchmarks.density.score import Score, judge

WARNING_S = 20.0
MANY = {"watching": {"confirm_every_s": 6, "idle_every_s": 30}, "guard": {"check_every_s": 4}}
MODELS = {"plates": {"attempts": 8, "every_s": 2}, "looks_share": 1.0, "look_threads": 2}
"""Settings for many cameras on one machine, as docs/cameras.md recommends them."""
START_AT, STEP, MOST = 60, 12, 240
PLAIN_S = 12.0
PLAIN_STREAMS = 12
SHORT_S = 60.0


@dataclass(frozen=True, slots=True)
class Bench:
    """What all trials of a run share."""

    library: Library
    recipe: Recipe
    folder: Path
    seconds: float
    decode: str
    console: Console


@dataclass(frozen=True, slots=True)
class Trial:
    """One run with so many cameras."""

    cameras: int
    score: Score
    watched: Watched


def command(
    cameras: Annotated[int | None, typer.Option(min=1, max=MOST, help="only so many; else the most that pass are sought")] = None,
    seconds: Annotated[float, typer.Option(min=SHORT_S, help="length of each camera's stream")] = SHORT_S,
    codec: Annotated[Codec, typer.Option(help="how the streams are encoded")] = "h264",
    key_frames: Annotated[int, typer.Option(help="seconds between key frames: 2 or 10", min=2, max=10)] = 2,
    decode: Annotated[str, typer.Option(help="pictures to decode: all, auto or keyframes")] = "keyframes",
) -> None:
    """How many cameras (1080p25) two cores watch with every event right, and how many times the plain loop that is."""
    if key_frames not in {2, 10}:
        raise typer.BadParameter("2 or 10", param_hint="--key-frames")
    recipe, console = Recipe(codec, key_frames), Console(stderr=True)
    library = Library(recipe)
    with console.status("streams are made; minutes the first time"):
        library.prepare()
    with tempfile.TemporaryDirectory(prefix="yuhang-bench-") as name:
        bench = Bench(library, recipe, Path(name), seconds, decode, console)
        plain_cameras = _plain(bench)
        console.print(f"plain loop: {plain_cameras:.2f} cameras", highlight=False)
        best = _seek(bench, cameras)
    passed = best.cameras if best.score.passed else 0
    result = {
        "cameras": passed,
        "tried": best.cameras,
        "ratio_to_plain": round(passed / plain_cameras, 1),
        "plain_cameras": round(plain_cameras, 2),
        **_figures(best),
        "streams": f"1920x1080 25/s {codec}, a key frame every {key_frames} s, paced in real time from files encoded before",
        "of_sixty": "40 quiet, 15 medium, 5 busy",
        "decode": decode,
    }
    typer.echo(json.dumps(result))


def _figures(trial: Trial) -> dict[str, float | int | None]:
    score, watched = trial.score, trial.watched
    return {
        "latency_p50_s": score.latency_p50_s,
        "latency_p95_s": score.latency_p95_s,
        "left_p95_s": score.left_p95_s,
        "dwell_error_s": score.dwell_error_s,
        "visits": score.visits,
        "faults": len(score.faults),
        "rss_mb": round(watched.peak.rss_mb),
        "pss_mb": round(watched.peak.pss_mb),
        "cores": round(watched.cores, 2),
        "capped": watched.capped,
        "processes": watched.peak.processes,
        "processors": os.cpu_count(),
    }


def _seek(bench: Bench, cameras: int | None) -> Trial:
    """The trial with the most cameras that passed; where none did, the last one."""
    number, tried = cameras or START_AT, dict[int, Trial]()
    while number not in tried and 0 < number <= MOST:
        tried[number] = trial = _try(bench, number)
        _say(trial, bench.console)
        if cameras is not None:
            break
        number += STEP if trial.score.passed else -STEP
    passed = [trial for trial in tried.values() if trial.score.passed]
    return max(passed, key=lambda trial: trial.cameras) if passed else list(tried.values())[-1]


def _try(bench: Bench, number: int) -> Trial:
    planned = tuple(plan(number, bench.seconds, bench.recipe))
    folder = bench.folder / f"{number}"
    folder.mkdir()
    written: dict[tuple[Part, ...], Path] = {}
    lengths = []
    for camera in planned:
        if camera.parts not in written:
            written[camera.parts] = folder / f"stream-{len(written)}.mp4"
            lengths.append(bench.library.stream(camera.parts, written[camera.parts]))
    sections = [_section(camera, written[camera.parts], bench) for camera in planned]
    watched = watch(folder, sections, max(lengths), {"cameras_a_process": 20, "models": MODELS})
    for path in written.values():
        path.unlink()
    return Trial(number, judge(planned, watched.events), watched)


def _section(camera: PlannedCamera, stream: Path, bench: Bench) -> dict[str, Any]:
    zone = {
        "zone": camera.name,
        "address": f"bench-{camera.name}",
        "polygon": bench.recipe.view.zone(),
        "detector": {"kind": "parking", "warning_dwell_s": WARNING_S},
    }
    source = {"kind": "file", "path": str(stream), "decode": bench.decode}
    return {"camera": camera.name, "source": source, "zones": [zone], **MANY}


def _plain(bench: Bench) -> float:
    """The plain loop over streams of the same mixture."""
    paths = []
    for camera in plan(PLAIN_STREAMS, SHORT_S, bench.recipe):
        paths.append(bench.folder / f"plain-{camera.name}.mp4")
        bench.library.stream(camera.parts, paths[-1])
    found = plain.cameras(paths, bench.recipe.view.zone(), PLAIN_S)
    for path in paths:
        path.unlink()
    return found


def _say(trial: Trial, console: Console) -> None:
    score, watched = trial.score, trial.watched
    verdict = "passed" if score.passed else "failed"
    console.print(
        f"{trial.cameras} cameras: {verdict}; {score.visits} visits, latency p95 {score.latency_p95_s} s, "
        f"dwell error {score.dwell_error_s} s, {watched.cores:.2f} cores, {watched.peak.rss_mb:.0f} MB",
        highlight=False,
    )
    for fault in score.faults[:12]:
        console.print(f"  {fault}", highlight=False)
    dropped = sum(value for name, value in watched.health.items() if name.startswith("dropped."))
    stages = {name[3:]: round(value, 2) for name, value in watched.health.items() if name.startswith("ms.")}
    fps = sum(value for name, value in watched.health.items() if name.startswith("fps."))
    console.print(f"  {fps:.1f} pictures a second, milliseconds each {stages}; dropped {dropped:.0f}", highlight=False)
