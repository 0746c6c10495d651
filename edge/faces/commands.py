"""`yuhang edge faces`: enrol and withdraw at the gate's own node, and see whether a search is allowed."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import ValidationError

from yuhang.errors import ConfigError
from yuhang.messages import first_error

if TYPE_CHECKING:
    from edge.config import NodeConfig
    from edge.faces.config import FacesConfig
    from edge.faces.desk import FaceDesk

app = typer.Typer(help="Faces at gates: enrol, withdraw, list; on the node itself.", no_args_is_help=True)

ConfigOption = Annotated[Path, typer.Option("--config", "-c", exists=True, dir_okay=False, help="the node's YAML file")]


@app.command()
def enrol(
    *,
    photos: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="one or more photos of the person")],
    config: ConfigOption,
    person: Annotated[str, typer.Option(help="who, as the property knows them")],
    holder: Annotated[str, typer.Option(help="household or pass, as the reader at the gate names it")],
    notice: Annotated[str, typer.Option(help="version of the notice that was read and signed")],
    keep_until: Annotated[datetime, typer.Option(help="when the template is deleted in any case, UTC")],
    guardian: Annotated[str | None, typer.Option(help="who consented for a child under 14")] = None,
    under_14: Annotated[bool, typer.Option("--under-14", help="the person is a child under 14")] = False,
    given_at: Annotated[datetime | None, typer.Option(help="when consent was given, UTC; default: now")] = None,
) -> None:
    """Enrol one person, with the consent on record; the photos are not kept."""
    from edge.faces.consent import Consent  # noqa: PLC0415  what looks at pictures takes a second to load
    from edge.faces.enrolling import enrol as enrolled  # noqa: PLC0415

    node, faces, desk = _opened(config)
    given = given_at.replace(tzinfo=given_at.tzinfo or UTC) if given_at else datetime.now(UTC)
    try:
        consent = Consent(
            person=person,
            holder=holder,
            notice_version=notice,
            given_at=given,
            under_14=under_14,
            guardian=guardian,
            keep_until=keep_until.replace(tzinfo=keep_until.tzinfo or UTC),
        )
    except ValidationError as error:
        raise ConfigError(f"the consent cannot be kept: {first_error(error)}") from error
    done = enrolled(desk, consent, faces.notice_version, photos, _threshold(node))
    typer.echo(f"{done.enrolment} enrolled with {len(done.templates)} templates; the photos may be deleted now")


@app.command()
def withdraw(*, enrolment: Annotated[str, typer.Argument(help="its number")], config: ConfigOption) -> None:
    """Delete an enrolment at once; prints the proof."""
    _, _, desk = _opened(config)
    proof = desk.store.withdraw(enrolment, datetime.now(UTC))
    if proof is None:
        typer.echo(f"there is no enrolment {enrolment} on this node", err=True)
        raise typer.Exit(1)
    typer.echo(proof.model_dump_json())


@app.command("list")
def list_enrolled(*, config: ConfigOption) -> None:
    """Who is enrolled, by which consent, until when; and whether a search among all of them is allowed."""
    node, _, desk = _opened(config)
    for one in desk.store.everybody():
        consent = one.consent
        by = f", by {consent.guardian}" if consent.guardian else ""
        typer.echo(
            f"{one.enrolment} {consent.holder} {consent.person}: notice {consent.notice_version}, {consent.given_at:%Y-%m-%d}{by}"
            f", until {consent.keep_until:%Y-%m-%d}, {len(one.templates)} templates"
        )
    lock = desk.lock(_threshold(node))
    typer.echo(f"{desk.store.count} enrolled; search among all: {'allowed' if lock.open else 'locked'} ({lock.reason})")


def _opened(path: Path) -> tuple["NodeConfig", "FacesConfig", "FaceDesk"]:
    from edge.config import NodeConfig  # noqa: PLC0415  as above
    from edge.faces.eyes import load_faces  # noqa: PLC0415
    from edge.faces.opening import open_desk  # noqa: PLC0415
    from models.store import ModelStore  # noqa: PLC0415
    from yuhang.config.loader import load_yaml  # noqa: PLC0415
    from yuhang.evidence import NodeKey  # noqa: PLC0415
    from yuhang.ids import new_ulid  # noqa: PLC0415

    node = load_yaml(path, NodeConfig)
    if node.faces is None:
        raise ConfigError(f"{path} has no section `faces`: this node does not look at faces")
    eyes = load_faces(node.faces, ModelStore.standard(node.models.manifests))
    desk = open_desk(node.faces, eyes, node.data_dir, NodeKey.open(node.data_dir / "node.key"), new_ulid)
    desk.store.refresh(datetime.now(UTC))
    return node, node.faces, desk


def _threshold(node: "NodeConfig") -> float:
    """The lowest threshold of the node's gates."""
    from edge.detectors.face_entry.config import FaceEntryConfig  # noqa: PLC0415  as above

    found = [
        zone.detector.threshold for camera in node.cameras for zone in camera.zones if isinstance(zone.detector, FaceEntryConfig)
    ]
    return min(found, default=float(FaceEntryConfig.model_fields["threshold"].default))
