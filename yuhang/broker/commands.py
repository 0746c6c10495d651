"""`yuhang broker run`."""

import signal
import threading
from pathlib import Path
from typing import Annotated

import structlog
import typer

from yuhang.broker.embedded import DEFAULT_PORT, EmbeddedBroker, parse_user, read_users

app = typer.Typer(no_args_is_help=True, help="Run the embedded MQTT broker.")


@app.callback()
def broker() -> None:
    """Run the embedded MQTT broker."""


@app.command()
def run(
    host: Annotated[str, typer.Option(help="address to listen on; loopback only")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="port to listen on")] = DEFAULT_PORT,
    users: Annotated[Path | None, typer.Option(help="file with lines name:password, readable by its owner only")] = None,
    user: Annotated[list[str] | None, typer.Option(help="name:password, for trying out: the process list shows it")] = None,
) -> None:
    """Run until Ctrl-C. Its accounts have passwords but may use all topics, so it serves this machine alone."""
    accounts = {**(read_users(users) if users else {}), **dict(parse_user(text) for text in user or ())}
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    structlog.get_logger(__name__).info("broker runs; Ctrl-C ends it", host=host, port=port, users=sorted(accounts))
    EmbeddedBroker(port, accounts, host).run(stop)
