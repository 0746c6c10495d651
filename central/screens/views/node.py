"""One node: how each part of it is, its cameras, its stages, its last hours, and what people asked of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from central.configuration.service import ConfigStanding
from central.nodes.asking import AskKind
from central.nodes.service import described
from central.nodes.tables import Node, NodeCommand, NodeSample
from central.screens.components.sparkline import Curve
from central.screens.scene import Scene
from central.screens.theme import Tone
from yuhang.messages import CameraReport, Finding

_STATUS_TONE = {"online": Tone.DONE, "lost": Tone.ALARM}
_CAMERA_TONE = {"live": Tone.DONE, "connecting": Tone.WATCH, "lost": Tone.WARNING, "failed": Tone.ALARM}
_COMMAND_TONE = {
    "done": Tone.DONE,
    "refused": Tone.ALARM,
    "expired": Tone.WARNING,
    "silent": Tone.WARNING,
    "accepted": Tone.WATCH,
    "waiting": Tone.WATCH,
}
_CONFIG_TONE = {"runs": Tone.DONE, "waiting": Tone.WATCH, "refused": Tone.ALARM, "ahead": Tone.WARNING}
FIGURES = (
    ("outbox", "", 0),
    ("frames_waiting", "", 0),
    ("uploads_waiting", "", 0),
    ("memory_mb", "MiB", 0),
    ("disk_free_mb", "MiB", 0),
    ("decoder_restarts", "", 0),
    ("mqtt_connects", "", 0),
    ("clock_offset_s", "s", 3),
)
CURVES = (("fps", "1/s", 1), ("delay", "s", 1), ("outbox", "", 0), ("memory_mb", "MiB", 0))


@dataclass(frozen=True, slots=True)
class Told:
    """What is stored of a node."""

    row: Node
    config: ConfigStanding
    samples: Sequence[NodeSample]
    commands: Sequence[NodeCommand]


@dataclass(frozen=True, slots=True)
class CameraLine:
    """A camera and how its stream runs; figures are ready to be shown."""

    name: str
    tone: Tone
    state: str
    detail: str
    since: datetime | None
    rates: str
    delay: str
    losses: str
    restarts: str


@dataclass(frozen=True, slots=True)
class StageLine:
    """A stage and the time that a picture spends in it, milliseconds."""

    stage: str
    mean: str
    p95: str


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A command and what came of it; `href` leads to its picture or clip."""

    what: str
    by: str
    reason: str
    tone: Tone
    status: str
    detail: str
    at: datetime | None
    href: str | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class NodeView:
    """The whole page."""

    name: str
    path: str
    tone: Tone
    status: str
    since: datetime | None
    health_at: datetime | None
    facts: tuple[tuple[str, str], ...]
    camera_names: tuple[str, ...]
    config_tone: Tone
    config: str
    cameras: tuple[CameraLine, ...]
    stages: tuple[StageLine, ...]
    curves: tuple[Curve, ...]
    commands: tuple[CommandLine, ...]


def node_view(scene: Scene, told: Told) -> NodeView:
    """The page from what is stored."""
    row = told.row
    health: Mapping[str, float] = row.health or {}
    description = described(row)
    return NodeView(
        name=f"{row.site} / {row.node}",
        path=f"{row.site}/{row.node}",
        tone=_STATUS_TONE.get(row.status, Tone.NORMAL),
        status=scene.t.word("nodes.status", row.status),
        since=row.status_since,
        health_at=row.health_at,
        facts=tuple(_facts(scene, row, health)),
        camera_names=tuple(camera.camera for camera in description.cameras) if description else (),
        config_tone=_CONFIG_TONE.get(told.config.state.value, Tone.NORMAL),
        config=scene.t(f"zones.state.{told.config.state.value}"),
        cameras=tuple(_camera_line(scene, report) for report in _reports(row)),
        stages=tuple(_stages(health)),
        curves=tuple(_curve(scene, name, unit, digits, told.samples) for name, unit, digits in CURVES),
        commands=tuple(_command_line(scene, command) for command in told.commands),
    )


def _facts(scene: Scene, row: Node, health: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    description = described(row)
    if description is not None:
        yield scene.t("nodes.fact.software"), description.software
        yield scene.t("diagnosis.fact.config_version"), str(description.config_version)
        yield scene.t("nodes.fact.models"), ", ".join(sorted(description.models)) or "–"
    for name, unit, digits in FIGURES:
        if name in health:
            yield scene.t(f"diagnosis.fact.{name}"), f"{health[name]:.{digits}f} {unit}".strip()


def _reports(row: Node) -> tuple[CameraReport, ...]:
    return tuple(CameraReport.model_validate(report) for report in row.camera_reports or ())


def _camera_line(scene: Scene, report: CameraReport) -> CameraLine:
    rates = (report.fps_in, report.fps_decoded, report.fps_analysed, report.fps_detected)
    return CameraLine(
        name=report.camera,
        tone=_CAMERA_TONE.get(report.state, Tone.NORMAL),
        state=scene.t(f"diagnosis.camera.{report.state}"),
        detail=report.detail,
        since=report.since,
        rates=" → ".join(f"{rate:.1f}" for rate in rates),
        delay="–" if report.delay_s is None else f"{report.delay_s:.2f} s",
        losses=f"{report.dropped} / {report.damaged}",
        restarts=str(report.restarts),
    )


def _stages(health: Mapping[str, float]) -> Iterator[StageLine]:
    for name in sorted(health):
        if name.startswith("ms."):
            stage = name.removeprefix("ms.")
            yield StageLine(stage, f"{health[name]:.1f}", f"{health.get(f'p95_ms.{stage}', health[name]):.1f}")


def _curve(scene: Scene, name: str, unit: str, digits: int, kept: Sequence[NodeSample]) -> Curve:
    points = [(sample.at, value) for sample in kept if (value := _value(name, sample.values)) is not None]
    return Curve(scene.t(f"diagnosis.curve.{name}"), points, unit, digits)


def _value(name: str, values: Mapping[str, float]) -> float | None:
    if name == "fps":
        return sum(value for key, value in values.items() if key.startswith("fps."))
    if name == "delay":
        return max((value for key, value in values.items() if key.startswith("delay_s.")), default=None)
    return values.get(name)


def _command_line(scene: Scene, row: NodeCommand) -> CommandLine:
    href = None
    silent = row.status in {"waiting", "accepted"} and row.expires_at < scene.now
    status = "silent" if silent else row.status
    if row.file is not None and row.name in {AskKind.SNAPSHOT.value, AskKind.CLIP.value}:
        href = f"/api/v1/nodes/{row.site}/{row.node}/commands/{row.id}/file?{urlencode({'reason': row.reason})}"
    return CommandLine(
        what=f"{scene.t(f'diagnosis.ask.{AskKind(row.name).word}')} {row.camera}".strip(),
        by=row.asked_by,
        reason=row.reason,
        tone=_COMMAND_TONE.get(status, Tone.NORMAL),
        status=scene.t(f"diagnosis.status.{status}"),
        detail=row.detail,
        at=row.answered_at,
        href=href,
        findings=tuple(Finding.model_validate(finding) for finding in row.findings or ()),
    )
