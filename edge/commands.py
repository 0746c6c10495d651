"""`yuhang edge`: run a camera node, replay a recording through it, check its configuration."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from edge.faces.commands import app as faces
from yuhang.errors import ConfigError
from yuhang.stopping import stop_on_signals

app = typer.Typer(help="Camera nodes: run one, replay a recording, check a configuration.", no_args_is_help=True)
app.add_typer(faces, name="faces")

ConfigOption = Annotated[Path, typer.Option("--config", "-c", exists=True, dir_okay=False, help="the node's YAML file")]


@app.command()
def run(config: ConfigOption) -> None:
    """Run a camera node until it is told to stop (SIGINT or SIGTERM)."""
    from edge.node.runtime import run_node  # noqa: PLC0415  the inference parts take a second to load

    run_node(config, stop_on_signals())


@app.command()
def replay(
    *,
    video: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="the recording")],
    config: ConfigOption,
    out: Annotated[Path, typer.Option(help="file for the events, one JSON a line")],
    view: Annotated[Path | None, typer.Option(help="file for a video with boxes, zones and timers (MP4)")] = None,
    start: Annotated[datetime | None, typer.Option(help="UTC time of the first picture; default: what the file says")] = None,
    evidence: Annotated[Path | None, typer.Option(help="folder for the evidence; default: beside the events")] = None,
    camera: Annotated[str | None, typer.Option(help="camera of the configuration; default: the first")] = None,
) -> None:
    """Run a recording at full speed, by its own clock, and write the events that a node would have sent."""
    from edge.replay import replay as run_replay  # noqa: PLC0415

    begin = start.replace(tzinfo=start.tzinfo or UTC) if start else None
    summary = run_replay(
        video, config, out, view=view, start=begin, evidence=evidence, camera=camera, console=Console(stderr=True)
    )
    typer.echo(json.dumps(asdict(summary), ensure_ascii=False))


@app.command()
def check(config: ConfigOption) -> None:
    """Check a configuration, load its models and try to open each of its cameras once."""
    from edge.checking import check_cameras, check_models  # noqa: PLC0415

    check_models(config)
    findings = check_cameras(config)
    for finding in findings:
        typer.echo(str(finding))
    if any(finding.problem for finding in findings):
        raise typer.Exit(1)


@app.command("quantise")
def quantise_model(
    model: Annotated[str, typer.Argument(help="an object detector of the manifest")],
    labels: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="COCO instances file, its pictures beside it")],
    calibration: Annotated[
        Path, typer.Option(exists=True, file_okay=False, help="pictures of what it will see; not those of the labels")
    ],
    out: Annotated[Path, typer.Option(help="file of the 8-bit network")],
) -> None:
    """Make an 8-bit model and say what it loses and gains; the last line is JSON (needs the extra `train`)."""
    from edge.quantising import quantise_detector  # noqa: PLC0415

    typer.echo(json.dumps(asdict(quantise_detector(model, labels, calibration, out))))


@app.command()
def discover(
    *,
    wait: Annotated[float, typer.Option(min=0.5, max=60, help="seconds to wait for answers")] = 3.0,
    host: Annotated[list[str] | None, typer.Option(help="ask this address and no others (several times: several)")] = None,
    interface: Annotated[str, typer.Option(help="address of our own network card, where there are several")] = "",
    user: Annotated[str, typer.Option(help="user at the cameras")] = "",
    password_file: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="file with its password")] = None,
    out: Annotated[Path | None, typer.Option(help="file for the section; default: standard output")] = None,
) -> None:
    """Find ONVIF cameras on the network and write the `cameras` section of a node's configuration."""
    from edge.discovery.network import Credentials, describe, find  # noqa: PLC0415
    from edge.discovery.section import section  # noqa: PLC0415

    if out is not None and out.exists():
        raise ConfigError(f"{out} is there already; name another file, or remove it")
    password = password_file.read_text(encoding="utf-8").strip() if password_file else ""
    credentials = Credentials(user, password)
    found = [describe(address, credentials) for address in host] if host else find(credentials, wait_s=wait, interface=interface)
    for camera in found:
        typer.echo(f"{camera.address}: {camera.name or camera.hardware or 'camera'}: {camera.problem or 'found'}", err=True)
    if not found:
        typer.echo("no camera has answered; is ONVIF switched on, and is this machine in the cameras' network?", err=True)
        raise typer.Exit(1)
    text = section(found, user, password_file)
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
        typer.echo(f"written to {out}; copy it into the node's file, then: yuhang edge check --config node.yaml", err=True)
