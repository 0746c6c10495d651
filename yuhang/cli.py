"""The command line `yuhang`: each room adds its commands through the entry point group `yuhang.commands`.

Rooms are imported only when one of their commands is asked for, so a node without the parts of central still has a command line,
and a room whose parts are missing says which extra brings them.
"""

import sys
from importlib.metadata import EntryPoint, entry_points, version
from typing import Annotated, Any, get_args

import typer
from typer.core import TyperGroup
from typer.main import get_group

from yuhang.errors import YuhangError
from yuhang.logs import LogLevel, configure_logging

GROUP = "yuhang.commands"
EXTRA_OF_COMMAND = {
    "edge": "edge",
    "models": "edge",
    "central": "central",
    "dispatch": "central",
    "signals": "central",
    "broker": "broker",
    "sim": "simulators",
    "demo": "demo",
    "bench": "demo",
}


class MissingPartsError(YuhangError):
    """A room cannot be loaded because something it needs is not installed."""


def rooms() -> dict[str, EntryPoint]:
    """Entry points of all rooms by the name of their command."""
    return {point.name: point for point in entry_points(group=GROUP)}


def load_room(point: EntryPoint) -> Any:
    """The command group of a room; `MissingPartsError` names the missing part and the extra that brings it."""
    try:
        app = point.load()
    except ImportError as error:
        extra = EXTRA_OF_COMMAND.get(point.name, "demo")
        missing = error.name or str(error)
        raise MissingPartsError(
            f"'yuhang {point.name}' needs parts that are not installed ({missing}): pip install 'yuhang[{extra}]'"
        ) from error
    return get_group(app)


class Rooms(TyperGroup):
    """The top level: one subcommand a room."""

    def list_commands(self, ctx: Any) -> list[str]:
        return sorted({*super().list_commands(ctx), *rooms()})

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The room's group, or a stand-in that says what is missing, so that the list of rooms always appears."""
        point = rooms().get(cmd_name)
        if point is None:
            return super().get_command(ctx, cmd_name)
        try:
            room = load_room(point)
        except MissingPartsError as error:
            room = get_group(typer.Typer(help=f"(not available) {error}"))
        room.name = cmd_name
        return room

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Called when a room is to run: here missing parts are an error."""
        if point := rooms().get(args[0]):
            load_room(point)
        return super().resolve_command(ctx, args)


app = typer.Typer(cls=Rooms, rich_markup_mode=None, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(version("yuhang"))
        raise typer.Exit


def _check_level(level: str) -> str:
    if level not in get_args(LogLevel):
        raise typer.BadParameter(f"must be one of {', '.join(get_args(LogLevel))}")
    return level


@app.callback()
def settings(
    log_level: Annotated[
        str, typer.Option(envvar="YUHANG_LOG_LEVEL", callback=_check_level, help="debug, info, warning or error")
    ] = "info",
    log_json: Annotated[bool, typer.Option(envvar="YUHANG_LOG_JSON", help="logs as JSON lines")] = False,
    _version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="print the version")] = False,
) -> None:
    """Yuhang: edge IoT and video analytics for smart communities and traffic, from camera to case."""
    configure_logging(log_level, json=log_json)  # type: ignore[arg-type]  # checked by the option's callback


def main() -> None:
    """Run the command line; an error raised on purpose becomes one clear line and exit code 2."""
    try:
        app()
    except YuhangError as error:
        typer.echo(f"yuhang: {error}", err=True)
        sys.exit(2)
