"""`yuhang edge replay`: a recording at full speed through the node's own code, by the recording's own clock."""

import threading
from collections import Counter
from collections.abc import Collection
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO

import av
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from edge.assembly import LoadedModels, build_pipelines, load_models
from edge.config import CameraConfig, NodeConfig, ReplayConfig, config_sha256
from edge.frames import Clip, Frame, FrameSource, Moments, SourceChange
from edge.results import FrameResult
from edge.sources.config import FileSource
from edge.sources.recording import Recording
from edge.stops_store import StopsStore
from edge.viewing import ViewWriter
from edge.watch import Watcher
from yuhang.config.loader import load_yaml
from yuhang.errors import ConfigError, StorageError
from yuhang.evidence import EvidenceChain, NodeKey
from yuhang.ids import new_ulid
from yuhang.messages import NodeEvent, ParkingStoppedEvent, Reobserve

CLIP_S = 600.0
CLIP_MB = 256.0


@dataclass(frozen=True, slots=True)
class ReplaySummary:
    """What a replay did. `seconds` is the length of the recording by its own clock; `timings_ms` are means a frame by stage."""

    frames: int
    detector_frames: int
    seconds: float
    events: dict[str, int]
    timings_ms: dict[str, float]


@dataclass(slots=True)
class RecordingClock:
    """A clock that stands at the time of the newest frame."""

    current: datetime
    speed: float = 1.0

    def now(self) -> datetime:
        return self.current

    def wait(self, event: threading.Event, seconds: float) -> bool:
        del seconds  # nobody waits in a replay
        return event.is_set()


@dataclass(slots=True)
class _Timed:
    """A source that moves a clock to the time of what it hands over."""

    source: FrameSource
    clock: RecordingClock

    def read(self, timeout_s: float, busy: Collection[str] = ()) -> Frame | SourceChange | Moments | None:
        item = self.source.read(timeout_s, busy)
        if item is not None and not isinstance(item, Moments):
            self.clock.current = max(self.clock.current, item.time)
        return item

    def clip(self, camera: str, start: datetime, end: datetime) -> Clip | None:
        return self.source.clip(camera, start, end)

    def close(self) -> None:
        self.source.close()


@dataclass(slots=True)
class _Lines:
    """Events as JSON lines, numbered; for each stop the command that central would send after the notice's delivery."""

    out: TextIO
    assumptions: ReplayConfig
    written: Counter[str] = field(default_factory=Counter)
    commands: list[tuple[datetime, Reobserve]] = field(default_factory=list)

    def put(self, event: NodeEvent, /) -> NodeEvent:
        numbered = event.model_copy(update={"seq": self.written.total() + 1})
        try:
            self.out.write(numbered.model_dump_json() + "\n")
        except OSError as error:
            raise StorageError(f"events cannot be written: {error.strerror}") from error
        self.written[event.type.rsplit(".v", 1)[0]] += 1
        if isinstance(numbered, ParkingStoppedEvent):
            delivered = event.time + timedelta(seconds=self.assumptions.delivery_delay_s)
            due_at = delivered + timedelta(seconds=self.assumptions.grace_s)
            command = Reobserve(id=new_ulid(delivered), expires_at=due_at, track=numbered.data.track, due_at=due_at)
            self.commands.append((delivered, command))
        return numbered

    def delivered(self, now: datetime) -> list[Reobserve]:
        """Commands whose notices have been delivered by now, each once."""
        ready = [command for delivered, command in self.commands if delivered <= now]
        self.commands = [(delivered, command) for delivered, command in self.commands if delivered > now]
        return ready


@dataclass(slots=True)
class _Tally:
    """Frames and stage times of a replay."""

    frames: int = 0
    detector_frames: int = 0
    first: datetime | None = None
    last: datetime | None = None
    milliseconds: Counter[str] = field(default_factory=Counter)

    def add(self, result: FrameResult) -> None:
        self.frames += 1
        self.detector_frames += result.detected
        self.first, self.last = self.first or result.time, result.time
        for stage, spent in result.timings_ms.items():
            self.milliseconds[stage] += spent  # type: ignore[assignment]  # a Counter adds floats as well

    def summary(self, events: Counter[str]) -> ReplaySummary:
        seconds = (self.last - self.first).total_seconds() if self.first and self.last else 0.0
        means = {stage: spent / max(1, self.frames) for stage, spent in self.milliseconds.items()}
        return ReplaySummary(self.frames, self.detector_frames, seconds, dict(events), means)


def replay(
    video: Path,
    config_path: Path,
    out: Path,
    *,
    view: Path | None = None,
    start: datetime | None = None,
    evidence: Path | None = None,
    camera: str | None = None,
    models: LoadedModels | None = None,
    console: Console | None = None,
) -> ReplaySummary:
    """Replay `video` through the configuration of one camera (the first, unless `camera` names another).

    Writes events as JSON lines to `out`, their evidence to the folder `evidence` (default: beside `out`) and, if wanted, a video
    with boxes, zones and timers to `view`. `start` is the time of the recording's first picture. Raises `ConfigError`,
    `SourceError`, `ModelError` or `StorageError`.
    """
    config = load_yaml(config_path, NodeConfig)
    chosen = _chosen_camera(config, camera)
    config = config.model_copy(update={"cameras": (chosen,)})
    source = FileSource(kind="file", path=video, start=start, clip_s=CLIP_S, clip_mb=CLIP_MB)
    folder = evidence or out.with_name(f"{out.stem}-evidence")
    models = models or load_models(config.models)
    with ExitStack() as closers:
        recording = closers.enter_context(closing(Recording(chosen.camera, source, analysis_fps=chosen.picture_fps)))
        key = NodeKey.open(folder.with_name(f"{folder.name}.key"))
        chain = closers.enter_context(closing(EvidenceChain(folder, config.site, config.node, key)))
        stops = closers.enter_context(closing(StopsStore(None)))
        lines = _Lines(closers.enter_context(_opened(out)), config.replay)
        drawing = closers.enter_context(closing(ViewWriter(view, chosen))) if view else None
        tally = _Tally()
        clock = RecordingClock(recording.start)

        def note(frame: Frame, result: FrameResult) -> None:
            tally.add(result)
            if drawing is not None:
                drawing.write(frame, result)

        pipelines = build_pipelines(config, config_sha256(config_path), models, chain, recording.clip)
        watcher = Watcher(_Timed(recording, clock), pipelines, stops, lines, clock, on_result=note)
        progress = closers.enter_context(_progress(console))
        task = progress.add_task(video.name, total=_length_s(video))
        while not watcher.finished:
            watcher.step(0.0)
            for command in lines.delivered(clock.now()):
                watcher.reobserve(command)
            progress.update(task, completed=(clock.now() - recording.start).total_seconds())
    return tally.summary(lines.written)


def _chosen_camera(config: NodeConfig, name: str | None) -> CameraConfig:
    if name is None:
        return config.cameras[0]
    for camera in config.cameras:
        if camera.camera == name:
            return camera
    known = ", ".join(camera.camera for camera in config.cameras)
    raise ConfigError(f"no camera is called {name!r}; the configuration has {known}")


def _length_s(video: Path) -> float | None:
    """What the file says about its length, for the progress bar only."""
    try:
        with av.open(str(video)) as container:
            return None if container.duration is None else container.duration / av.time_base
    except (OSError, av.FFmpegError):
        return None


def _opened(path: Path) -> TextIO:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("w", encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}") from error


def _progress(console: Console | None) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:.0f} s"), TimeElapsedColumn())
    return Progress(*columns, console=console or Console(stderr=True))
