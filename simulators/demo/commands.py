"""`yuhang demo run` and `yuhang demo check`."""

import json
import shutil
import signal
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from simulators.demo.check import CheckResult, Kills, play
from simulators.demo.configs import Street
from simulators.demo.film import film
from simulators.demo.home import DemoHome
from simulators.demo.scenario import load_scenario
from simulators.demo.stage import LOGINS, Stage, StageSettings
from simulators.demo.verdicts import Street as TrueStreet
from yuhang.errors import ConfigError

app = typer.Typer(
    help="The demo: a rendered street, its cameras, an edge node and central on this machine.", no_args_is_help=True
)
console = Console()

Folder = Annotated[Path, typer.Option("--folder", help="where the demo keeps everything")]
Speed = Annotated[float | None, typer.Option("--speed", min=0.5, max=60, help="seconds of the demo's clock in one real second")]
VICTIMS = ("broker", "central", "edge")


@app.command("run")
def run_command(
    *,
    folder: Folder = Path("var/demo"),
    speed: Speed = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="port of the screens; another one if it is taken")] = 8080,
) -> None:
    """Run the demo until Ctrl-C; started again, it goes on from where it was."""
    scenario, home = load_scenario(), DemoHome(folder.absolute())
    streets = _film(home)
    settings = StageSettings(home, scenario, streets, speed or scenario.speed, port)
    with Stage(settings, console.print) as stage:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stage.end())
        _welcome(stage, settings)
        while not stage.watch(0.5):
            pass
        console.print("Ending ...")
    console.print("The demo has ended; `make demo` goes on from here, `make demo-reset` forgets it.")


@app.command("check")
def check_command(
    *,
    folder: Folder = Path("var/demo-check"),
    speed: Speed = None,
    kill: Annotated[str | None, typer.Option(help=f"kill -9 this process at random times: {', '.join(VICTIMS)}")] = None,
    kills: Annotated[int, typer.Option(min=1, max=20, help="how often in a run")] = 3,
    runs: Annotated[int, typer.Option(min=1, max=100, help="runs, each from nothing")] = 1,
    seed: Annotated[int, typer.Option(help="of the first run's kills; the next ones count on")] = 1,
) -> None:
    """Play the demo's scenario unattended and compare every case with the truth; exit code 1 on any difference."""
    if kill is not None and kill not in VICTIMS:
        raise ConfigError(f"--kill {kill}: choose one of {', '.join(VICTIMS)}")
    scenario, home = load_scenario(), DemoHome(folder.absolute())
    streets = _film(home)
    results = []
    for run in range(runs):
        shutil.rmtree(home.folder, ignore_errors=True)
        settings = StageSettings(home, scenario, streets, speed or scenario.check_speed, central_port=0)
        results.append(_check_once(settings, Kills(kill, kills, seed + run)))
        console.print(_table(results[-1]))
        for problem in results[-1].problems:
            console.print(f"[red]{problem}[/red]")
    good = sum(result.ok for result in results)
    typer.echo(json.dumps({"runs": runs, "same_as_truth": good, "killed": kill, "kills_a_run": kills if kill else 0}))
    if good < runs:
        console.print(f"Logs are in {home.logs}")
        raise typer.Exit(1)


def _check_once(settings: StageSettings, kills: Kills) -> CheckResult:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl-C: no process may be left behind
    with Stage(settings, console.print) as stage:
        truths = {street.scene.name: street.truth for street in settings.streets}
        street = TrueStreet(settings.scenario, truths, stage.time.scene_start)
        return play(stage, street, kills, console.print)


def _film(home: DemoHome) -> list[Street]:
    columns = (TextColumn("Rendering the street"), BarColumn(), TextColumn("{task.completed:.0f}/{task.total:.0f} scenes"))
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=None, visible=False)
        return film(home.scenes, lambda _scene, done, of: progress.update(task, completed=done, total=of, visible=True))


def _welcome(stage: Stage, settings: StageSettings) -> None:
    console.rule("余杭 Yuhang demo")
    console.print(f"Screens    {stage.ports.central_url}/")
    console.print(f"Phones     {stage.ports.central_url}/phone   the messages that drivers get")
    console.print(f"Public     {stage.ports.central_url}/c   what owners see; plate and code stand on each case's page")
    console.print(f"On foot    {stage.ports.central_url}/foot   tasks of officers in the street; log in as officer")
    console.print(f"REST       {stage.ports.central_url}/docs")
    for name, role in LOGINS.items():
        console.print(f"Login      {name:<14} {stage.home.secret(f'login-{name}')}   ({role})", highlight=False)
    console.print(
        f"The demo's clock runs {settings.speed:g} times as fast as yours; the street's story takes "
        f"{max(street.truth.duration_s for street in settings.streets) / settings.speed / 60:.0f} minutes. "
        "Everything you see is simulated."
    )
    console.print(f"Logs       {stage.home.logs}\nCtrl-C ends the demo.")


def _table(result: CheckResult) -> Table:
    table = Table(title=f"{result.entered} drafts approved by a reviewer", title_justify="left")
    for heading in ("plate", "story", "expected", "found", ""):
        table.add_column(heading)
    for verdict in result.verdicts:
        mark = "[red]" + "; ".join(verdict.problems) + "[/red]" if verdict.problems else "[green]✓[/green]"
        expected = verdict.story.expect.state or "no case"
        table.add_row(verdict.story.plate, verdict.story.title, expected, verdict.found, mark)
    return table
