"""`yuhang dispatch ...`: what a fire task is planned with."""

import typer

from central.dispatch.network.commands import app as network

app = typer.Typer(help="Fire tasks: road networks.", no_args_is_help=True)
app.add_typer(network, name="network")


@app.callback()
def dispatch() -> None:
    """Fire tasks."""
