"""`yuhang signals ...`: look at the signal controllers of a site before anything depends on them."""

import asyncio
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from central.dispatch.controllers.building import Platforms, build_controller
from central.dispatch.controllers.config import JunctionConfig, SignalsConfig
from central.dispatch.controllers.errors import ControllerError
from central.dispatch.controllers.model import JunctionModel
from central.dispatch.controllers.state import SignalState
from yuhang.clock import SystemClock
from yuhang.config import load_yaml
from yuhang.errors import ConfigError

app = typer.Typer(help="Signal controllers: connect, read, and nothing else.", no_args_is_help=True)


@app.callback()
def signals() -> None:
    """Signal controllers."""


@app.command("show")
def show_command(
    config: Annotated[Path, typer.Option("--config", "-c", help="the junctions' YAML file", envvar="YUHANG_SIGNALS_CONFIG")],
    junction: Annotated[str, typer.Option(help="only this junction")] = "",
) -> None:
    """Read what each junction is made of and shows now. Nothing is asked of any signal; exit code 1 where one cannot be read."""
    settings = load_yaml(config, SignalsConfig)
    chosen = [entry for entry in settings.junctions if junction in ("", entry.id)]
    if not chosen:
        raise ConfigError(
            f"{config}: no junction is called {junction!r}; there are: {', '.join(j.id for j in settings.junctions)}"
        )
    failures = asyncio.run(_show_all(chosen, Console()))
    raise typer.Exit(1 if failures else 0)


async def _show_all(junctions: list[JunctionConfig], console: Console) -> int:
    failures = 0
    platforms = Platforms(SystemClock(), time.monotonic)
    for junction in junctions:
        controller = build_controller(junction, platforms, time.monotonic)
        try:
            async with asyncio.timeout(20 * junction.answer_s):
                model, state = await controller.describe(), await controller.state()
        except (ControllerError, TimeoutError) as error:
            failures += 1
            console.print(f"{junction.id}: {error or 'no answer'}", markup=False)
        else:
            console.print(_table(model, state))
        finally:
            await controller.close()
    return failures


def _table(model: JunctionModel, state: SignalState) -> Table:
    title = f"{model.junction}: {state.control}, stage {state.stage if state.stage is not None else '-'}"
    table = Table("group", "for", "shows", "minimum green s", "yellow s", "all-red s", "clearance s", title=title)
    for number, group in sorted(model.groups.items()):
        times = (group.minimum_green_s, group.yellow_s, group.all_red_s, group.clearance_s)
        table.add_row(str(number), str(group.kind), str(state.lamps.get(number, "-")), *(f"{seconds:g}" for seconds in times))
    return table
