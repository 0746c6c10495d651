"""`yuhang dispatch network ...`: make a network from a map, look at one."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from central.dispatch.network.errors import NetworkError
from central.dispatch.network.model import Network, Permission
from central.dispatch.network.osm import read_osm
from central.dispatch.network.storage import load_network, save_network
from central.dispatch.network.sumo import read_sumo
from yuhang.coordinates import Position

app = typer.Typer(help="Road networks for fire tasks.", no_args_is_help=True)


@app.callback()
def network() -> None:
    """Road networks for fire tasks."""


@app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(help="SUMO .net.xml or OpenStreetMap .osm, plain or .gz")],
    out: Annotated[Path, typer.Option(help="the network file to write")],
    origin: Annotated[str, typer.Option(help="LATITUDE,LONGITUDE of the point (0, 0) of a SUMO network without projection")] = "",
) -> None:
    """Read a map and write the network that routes are found on."""
    found = read_network(file, _position(origin) if origin else None)
    save_network(found, out)
    Console().print(_table(found))
    typer.echo(f"{out} ({out.stat().st_size / 1e6:.1f} MB)")


@app.command("show")
def show_command(file: Annotated[Path, typer.Argument(help="a network file")]) -> None:
    """Say what is in a network."""
    Console().print(_table(load_network(file)))


def read_network(file: Path, origin: Position | None = None) -> Network:
    """The network of a map file, by its name; raises `NetworkError`."""
    name = file.name.removesuffix(".gz")
    if name.endswith(".net.xml"):
        return read_sumo(file, origin)
    if name.endswith((".osm", ".osm.xml")):
        return read_osm(file)
    raise NetworkError(
        f"{file}: is neither a SUMO .net.xml nor an OpenStreetMap .osm; convert it (osmium cat area.pbf -o area.osm)"
    )


def _position(text: str) -> Position:
    try:
        latitude, longitude = map(float, text.split(","))
    except ValueError as error:
        raise NetworkError(f"--origin {text!r} is not LATITUDE,LONGITUDE, for example 30.27,119.99") from error
    return Position(latitude, longitude)


def _table(network: Network) -> Table:
    table = Table("what", "how many", title=f"network from {network.origin}")
    ways = Counter(str(turn.direction) for turn in network.turns)
    engines = sum(1 for edge in network.edges if edge.permission & Permission.EMERGENCY)
    rows = {
        "nodes": len(network.nodes),
        "edges": len(network.edges),
        "edges open to engines": engines,
        "km of edges": round(sum(edge.length_m for edge in network.edges) / 1000, 1),
        "turns": len(network.turns),
        **{f"turns {way}": ways[way] for way in sorted(ways)},
        "turns at signals": sum(1 for turn in network.turns if turn.signal is not None),
        "signals": len(network.signals),
        "signals with a programme": sum(1 for signal in network.signals if signal.phases),
    }
    for name, count in rows.items():
        table.add_row(name, str(count))
    return table
