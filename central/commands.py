"""`yuhang central ...`: run the service and set it up."""

import json
import signal
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import structlog
import typer
import uvicorn

from central.bootstrap import Application, build, open_database
from central.config import CentralConfig
from central.database import Database
from central.devices.commands import import_file as import_camera_file
from central.devices.service import Editor
from central.nodes.service import add_node, list_nodes
from central.registry.commands import import_file
from central.schema import migrate
from central.users.changes import COMMAND_LINE
from central.users.roles import Role
from central.users.service import UserService
from yuhang.clock import SystemClock
from yuhang.config import load_yaml
from yuhang.errors import ConfigError
from yuhang.mqtt.config import MqttConfig

log = structlog.get_logger(__name__)

GRACEFUL_S = 2  # seconds that open requests get when central is asked to end

app = typer.Typer(help="The central service: events, cases, evidence, people, screens.", no_args_is_help=True)

ConfigOption = Annotated[Path, typer.Option("--config", "-c", help="central's YAML file", envvar="YUHANG_CENTRAL_CONFIG")]


@app.command("run")
def run_command(config: ConfigOption) -> None:
    """Run the service until SIGTERM or Ctrl-C."""
    settings = load_yaml(config, CentralConfig)
    serve(build(settings))


@app.command("migrate")
def migrate_command(config: ConfigOption) -> None:
    """Bring the tables of the database up to date."""
    with _database(config) as database:
        migrate(database)
    typer.echo("the tables are up to date")


@app.command("add-user")
def add_user_command(
    name: str,
    config: ConfigOption,
    *,
    role: Annotated[Role, typer.Option(help="what the person may do")],
    password_file: Annotated[Path | None, typer.Option(help="file with the password alone; without it you are asked")] = None,
    display_name: Annotated[str, typer.Option(help="name as shown on screens and papers")] = "",
    unit: Annotated[str, typer.Option(help="unit the person belongs to")] = "",
    certificate: Annotated[str, typer.Option(help="number of the law enforcement certificate")] = "",
) -> None:
    """Add a person who may log in."""
    settings = load_yaml(config, CentralConfig)
    password = _password(password_file)
    with open_database(settings) as database:
        migrate(database)
        users = UserService(database, settings.users, SystemClock())
        users.add(name, password, role, display_name=display_name, unit=unit, certificate=certificate)
    typer.echo(f"added {name} as {role.value}")


@app.command("reset-password")
def reset_password_command(name: str, config: ConfigOption) -> None:
    """Print a one-time password for a person who has forgotten theirs; it is on record, and their sessions end.

    For the only administrator; the others are helped on the page of people.
    """
    settings = load_yaml(config, CentralConfig)
    with open_database(settings) as database:
        migrate(database)
        users = UserService(database, settings.users, SystemClock())
        typer.echo(users.changes.reset_password(name, COMMAND_LINE))


@app.command("add-token")
def add_token_command(
    name: str,
    config: ConfigOption,
    label: Annotated[str, typer.Option(help="what the token is for")],
    days: Annotated[float, typer.Option(min=0.01, max=3650, help="days for which it is good")] = 365,
) -> None:
    """Print a bearer token for a program that acts for this person."""
    settings = load_yaml(config, CentralConfig)
    with open_database(settings) as database:
        typer.echo(UserService(database, settings.users, SystemClock()).give_token(name, label, days))


@app.command("add-node")
def add_node_command(
    site: str,
    node: str,
    config: ConfigOption,
    credential_file: Annotated[Path | None, typer.Option(help="take the credential from this file instead of making one")] = None,
    public_key: Annotated[str | None, typer.Option(help="base64; without it the first description's key is taken")] = None,
) -> None:
    """Register a node and print its credential: MQTT password and bearer token. It is not shown again."""
    settings = load_yaml(config, CentralConfig)
    given = _first_line(credential_file) if credential_file else ""
    with open_database(settings) as database:
        migrate(database)
        with database.session() as session:
            credential = add_node(session, settings.clock.build(), site, node, credential=given, public_key=public_key)
    typer.echo(credential)


@app.command("list-nodes")
def list_nodes_command(config: ConfigOption) -> None:
    """List the registered nodes."""
    with _database(config) as database, database.reader() as session:
        for row in list_nodes(session):
            marks = ["" if row.enabled else "disabled", "KEY CHANGED" if row.refused_key else ""]
            typer.echo(" ".join([f"{row.site}/{row.node}", row.status, *filter(None, marks)]))


@app.command("import-registry")
def import_registry_command(
    file: Annotated[Path, typer.Argument(help="YAML file with vehicles, addresses, car parks, footpaths")],
    config: ConfigOption,
) -> None:
    """Fill the registry; entries replace what was known under the same key."""
    settings = load_yaml(config, CentralConfig)
    with open_database(settings) as database:
        migrate(database)
        counts = import_file(settings, database, file)
    typer.echo(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in asdict(counts).items()))


@app.command("import-cameras")
def import_cameras_command(
    file: Annotated[Path, typer.Argument(help="YAML or CSV file with the papers of cameras")],
    config: ConfigOption,
    *,
    reason: Annotated[str, typer.Option(help="why the papers change; recorded with the name")],
    name: Annotated[str, typer.Option("--as", help="who enters them")],
    unit: Annotated[str, typer.Option(help="unit of that person")] = "",
) -> None:
    """Enter the papers of cameras; what is known stays to be read as an earlier version."""
    settings = load_yaml(config, CentralConfig)
    with open_database(settings) as database:
        migrate(database)
        done = import_camera_file(database, settings.clock.build(), file, Editor(name, unit, reason))
    typer.echo(f"{done.cameras} cameras, {done.changed} changed")


@app.command("openapi")
def openapi_command(
    path: Annotated[Path, typer.Argument(help="the document")] = Path("docs/api/openapi.json"),
    *,
    check: Annotated[bool, typer.Option("--check", help="only compare; exit code 1 if the document is out of date")] = False,
) -> None:
    """Write (or check) the OpenAPI document of the REST interface."""
    document = openapi_document()
    if not check:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(document, encoding="utf-8")
    elif not path.is_file() or path.read_text(encoding="utf-8") != document:
        typer.echo(f"{path} is out of date: run `yuhang central openapi`", err=True)
        raise typer.Exit(1)


def openapi_document() -> str:
    """The OpenAPI document as JSON text, made from the application as it is now."""
    with tempfile.TemporaryDirectory() as folder:
        application = build(CentralConfig(data_dir=Path(folder), mqtt=MqttConfig()))
        document = application.web.openapi()
        application.core.database.close()
    return json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def serve(application: Application) -> None:
    """Run web server and workers until a signal; returns when everything has ended."""
    http = application.core.config.http
    server = uvicorn.Server(
        uvicorn.Config(
            application.web,
            host=http.host,
            port=http.port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACEFUL_S,
        )
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)  # uvicorn sends the signal on when it has ended; by then it is done
    application.start()
    try:
        log.info("central_running", address=f"http://{http.host}:{http.port}")
        server.run()
    finally:
        application.stop()


def _database(config: Path) -> Database:
    return open_database(load_yaml(config, CentralConfig))


def _password(file: Path | None) -> str:
    if file is not None:
        return _first_line(file)
    password: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password


def _first_line(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").splitlines()[0].strip()
    except (OSError, UnicodeDecodeError, IndexError) as error:
        raise ConfigError(f"nothing can be read from {file}") from error
