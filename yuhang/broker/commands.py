"""`yuhang broker`: run the embedded broker, or write the accounts of a Mosquitto."""

import secrets
from pathlib import Path
from typing import Annotated

import structlog
import typer

from yuhang.broker.embedded import DEFAULT_PORT, EmbeddedBroker, parse_user, read_users
from yuhang.broker.mosquitto import (
    Account,
    AccountError,
    central_account,
    device_account,
    node_account,
    remove_account,
    site_account,
    write_account,
)
from yuhang.stopping import stop_on_signals

app = typer.Typer(no_args_is_help=True, help="Run the embedded MQTT broker; accounts of a Mosquitto.")


@app.callback()
def broker() -> None:
    """Run the embedded MQTT broker; accounts of a Mosquitto."""


@app.command()
def run(
    host: Annotated[str, typer.Option(help="address to listen on; loopback only")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="port to listen on")] = DEFAULT_PORT,
    users: Annotated[Path | None, typer.Option(help="file with lines name:password, readable by its owner only")] = None,
    user: Annotated[list[str] | None, typer.Option(help="name:password, for trying out: the process list shows it")] = None,
) -> None:
    """Run until Ctrl-C. Its accounts have passwords but may use all topics, so it serves this machine alone."""
    accounts = {**(read_users(users) if users else {}), **dict(parse_user(text) for text in user or ())}
    stop = stop_on_signals()
    structlog.get_logger(__name__).info("broker runs; Ctrl-C ends it", host=host, port=port, users=sorted(accounts))
    EmbeddedBroker(port, accounts, host).run(stop)


@app.command("account")
def account_command(
    *,
    folder: Annotated[Path, typer.Option(help="folder with Mosquitto's files `passwords` and `acl`")],
    node: Annotated[str, typer.Option(help="SITE.NODE: an account that may write under its own prefix only")] = "",
    central: Annotated[str, typer.Option(help="name of central's account, which hears and speaks to all")] = "",
    site: Annotated[str, typer.Option(help="name of a site whose broker is bridged to this one")] = "",
    device: Annotated[str, typer.Option(help="name of a device on a gateway's own broker")] = "",
    password_file: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="file with its password")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="take the account away")] = False,
) -> None:
    """Write (or remove) an account; then reload Mosquitto. Without a password file a password is made and printed once."""
    account = _account(node, central, site, device)
    if remove:
        remove_account(folder, account.name)
        typer.echo(f"{account.name} is no account any more", err=True)
        return
    made = "" if password_file is not None else secrets.token_urlsafe(24)
    write_account(folder, account, made or _first_line(password_file))
    if made:
        typer.echo(made)


def _account(node: str, central: str, site: str, device: str) -> Account:
    if sum(map(bool, (node, central, site, device))) != 1:
        raise AccountError("say one of --node SITE.NODE, --central NAME, --site NAME, --device NAME")
    if central:
        return central_account(central)
    if site:
        return site_account(site)
    if device:
        return device_account(device, (device, f"tele/{device}", f"stat/{device}", f"cmnd/{device}"))
    place, dot, name = node.partition(".")
    if not dot:
        raise AccountError(f"--node {node!r} is not of the form SITE.NODE")
    return node_account(place, name)


def _first_line(path: Path | None) -> str:
    lines = path.read_text(encoding="utf-8").splitlines() if path is not None else []
    return lines[0].strip() if lines else ""
