"""`yuhang bench soak`: a node whose streams break off at random for a long time; its memory may not grow, no process die."""

import json
import random
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.density.clips import Library, Recipe
from benchmarks.density.command import MANY, MODELS, WARNING_S
from benchmarks.density.node import Watched, watch
from benchmarks.density.plan import plan
from benchmarks.processes import Usage
from benchmarks.streams import HttpCamera, serve

STREAM_S = 60.0
SETTLED_AFTER = 0.4
"""Share of the run after which memory must not grow: buffers of ninety seconds fill at first."""
MOST_GROWTH = 0.05


def command(
    minutes: Annotated[float, typer.Option(min=2.0, help="length of the run")] = 60.0,
    cameras: Annotated[int, typer.Option(min=1, max=64, help="cameras over HTTP")] = 20,
    seed: Annotated[int, typer.Option(help="the same seed breaks the same streams")] = 1,
) -> None:
    """Random stalls and broken time stamps for as long as you like; memory flat, every camera live again, no process lost."""
    library, console = Library(Recipe()), Console(stderr=True)
    with console.status("streams are made; minutes the first time"):
        library.prepare()
    with tempfile.TemporaryDirectory(prefix="yuhang-soak-") as name, ExitStack() as stack:
        folder = Path(name)
        served = [stack.enter_context(_camera(library, folder, number)) for number in range(cameras)]
        faults = stack.enter_context(_faults([camera for camera, _ in served], random.Random(seed)))
        sections = [_section(number, url) for number, (_, url) in enumerate(served)]
        extra = {"cameras_a_process": 20, "models": MODELS}
        watched = watch(folder, sections, minutes * 60, extra)
        typer.echo(json.dumps({"cameras": cameras, "minutes": minutes, "faults": len(faults), **figures(watched)}))


def figures(watched: Watched) -> dict[str, float | int | bool]:
    """Memory at the beginning and the end of the settled part, and what the node says of itself."""
    early, late = settled(watched.samples)
    restarts = int(watched.health.get("decoder_restarts", 0))
    return {
        "rss_mb_early": round(early),
        "rss_mb_late": round(late),
        "growth": round(late / early - 1, 4),
        "decoder_restarts": restarts,
        "events": len(watched.events),
        "cores": round(watched.cores, 2),
        "flat": late / early - 1 <= MOST_GROWTH and restarts == 0,
    }


def settled(samples: Sequence[Usage]) -> tuple[float, float]:
    """Mean memory (MiB) of the first and of the second half of what comes after settling."""
    rest = [sample.rss_mb for sample in samples[int(len(samples) * SETTLED_AFTER) :]]
    half = len(rest) // 2
    return sum(rest[:half]) / max(1, half), sum(rest[half:]) / max(1, len(rest) - half)


@contextmanager
def _camera(library: Library, folder: Path, number: int) -> Iterator[tuple[HttpCamera, str]]:
    *_, planned = plan(number + 1, STREAM_S, Recipe())
    clip = folder / f"{planned.name}.mp4"
    library.stream(planned.parts, clip)
    camera = HttpCamera(clip)
    with serve(camera) as address:
        yield camera, f"{address}/stream.ts"


def _section(number: int, url: str) -> dict[str, object]:
    zone = {
        "zone": f"zone-{number}",
        "address": f"bench-{number}",
        "polygon": Recipe().view.zone(),
        "detector": {"kind": "parking", "warning_dwell_s": WARNING_S},
    }
    source = {"kind": "http", "url": url, "format": "mpegts", "decode": "keyframes", "read_timeout_s": 4}
    return {"camera": f"cam-{number:03d}", "source": source, "zones": [zone], **MANY}


@contextmanager
def _faults(cameras: Sequence[HttpCamera], chance: random.Random) -> Iterator[list[str]]:
    """Break a stream every few seconds until the block ends; yields what was done so far."""
    done: list[str] = []
    ended = threading.Event()

    def go_on(camera: HttpCamera, seconds: float) -> None:
        ended.wait(seconds)
        camera.stalled.clear()

    def run() -> None:
        while not ended.wait(chance.uniform(1.0, 6.0)):
            camera = chance.choice(cameras)
            if chance.random() < 0.7:
                camera.stalled.set()
                threading.Thread(target=go_on, args=(camera, chance.uniform(1.0, 12.0)), daemon=True).start()
                done.append("stalled")
            else:
                camera.jump_s += chance.uniform(-500.0, 500.0)
                done.append("time stamps broken")

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield done
    finally:
        ended.set()
        thread.join()
