"""`yuhang sim`: render street scenes, serve them as cameras, simulate signal controllers."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from simulators.signals.commands import signal_command
from simulators.stage.dataset import write_dataset
from simulators.street.render import render
from simulators.street.scene import load_scene
from simulators.street.server import CameraServer
from yuhang.clock import ScaledClock
from yuhang.stopping import stop_on_signals

app = typer.Typer(
    help="Rendered street cameras with the truth written beside them, and simulated signal controllers.", no_args_is_help=True
)
app.command("signal")(signal_command)


@app.command("render")
def render_command(
    scenes: Annotated[list[Path], typer.Argument(help="scene files", exists=True, dir_okay=False)],
    out: Annotated[Path, typer.Option(help="folder for videos and truth")],
    seconds: Annotated[float | None, typer.Option(help="only the first seconds of each scene", min=1.0)] = None,
) -> None:
    """Render scenes into H.264 videos with the truth beside them."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        for path in scenes:
            scene = load_scene(path)
            task = progress.add_task(scene.name, total=scene.duration_s if seconds is None else min(seconds, scene.duration_s))
            truth = render(path, out, seconds, lambda now, task=task: progress.update(task, completed=now))  # type: ignore[misc]
            progress.update(task, completed=truth.duration_s)
    typer.echo(f"{len(scenes)} scenes in {out}")


@app.command("serve")
def serve_command(
    folder: Annotated[Path, typer.Argument(help="folder of rendered scenes", exists=True, file_okay=False)],
    port: Annotated[int, typer.Option(help="port on loopback", min=0, max=65535)] = 8090,
    speed: Annotated[float, typer.Option(help="scene seconds in one real second", min=0.1, max=100.0)] = 1.0,
) -> None:
    """Serve rendered scenes as live cameras (NAME.ts and NAME.mjpg over HTTP) until Ctrl-C; the scenes begin now."""
    clock = ScaledClock.starting_now(speed)
    server = CameraServer(folder, port, clock, clock.now())
    stop = stop_on_signals()
    server.start()
    for url in server.urls:
        typer.echo(url)
    stop.wait()
    server.stop()


@app.command("dataset")
def dataset_command(
    folder: Annotated[Path, typer.Argument(help="folder for pictures and labels")],
    pictures: Annotated[int, typer.Option(help="how many", min=5)] = 200,
    seed: Annotated[int, typer.Option(help="the first picture's seed", min=0)] = 0,
) -> None:
    """Render pictures of halls and lifts with the boxes of people, e-bikes and other things, for `yuhang models train`."""
    write_dataset(folder, pictures, seed)
    typer.echo(f"{pictures} pictures in {folder}")
