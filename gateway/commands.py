"""`yuhang gateway`: run a community's gateway, check its configuration."""

from pathlib import Path
from typing import Annotated

import typer

from gateway.config import GatewayConfig
from gateway.node.runtime import run_gateway
from yuhang.config.loader import load_yaml
from yuhang.stopping import stop_on_signals

app = typer.Typer(help="Community gateways: run one, check a configuration.", no_args_is_help=True)

ConfigOption = Annotated[Path, typer.Option("--config", "-c", exists=True, dir_okay=False, help="the gateway's YAML file")]


@app.command()
def run(config: ConfigOption) -> None:
    """Run a gateway until it is told to stop (SIGINT or SIGTERM)."""
    run_gateway(config, stop_on_signals())


@app.command()
def check(config: ConfigOption) -> None:
    """Check a configuration and say what it watches."""
    found = load_yaml(config, GatewayConfig)
    typer.echo(f"{config}: {len(found.sockets)} sockets")
