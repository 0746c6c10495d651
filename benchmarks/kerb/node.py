"""One rendered stage through a camera's own pipeline, with the shipped object detector."""

import functools
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.stream import through_h264
from edge.assembly import LoadedModels, build_pipeline, build_tools
from edge.config import NodeConfig
from edge.config_mark import ConfigMark
from edge.detectors.tools import DetectorTools
from edge.frames import Clip, Frame, SourceChange, SourceState
from edge.image import PlanarImage
from edge.inference.config import DetectorConfig
from edge.inference.detections import Detections
from edge.inference.detector import ObjectDetector, load_detector
from edge.inference.preprocess import Image
from edge.pipeline import CameraPipeline
from edge.plates.types import PlateReading
from models.store import ModelStore
from simulators.stage.frames import Stage
from simulators.stage.scene import StageScene
from yuhang.evidence import EvidenceChain, NodeKey
from yuhang.messages import FrameClock, NodeEvent, TimeSource

START = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)  # noon in Beijing, a Monday
CLOCK = FrameClock(source=TimeSource.RECORDING, error_s=0.0)
Zone = Mapping[str, Any]


@dataclass(slots=True)
class Remembered:
    """The object detector, with everything it has found: the plain baselines are judged by the very same detections."""

    inner: ObjectDetector
    found: list[Detections] = field(default_factory=list)

    @property
    def labels(self) -> tuple[str, ...]:
        return self.inner.labels

    def detect(self, image_bgr: Image) -> Detections:
        self.found.append(self.inner.detect(image_bgr))
        return self.found[-1]


@dataclass(frozen=True, slots=True)
class NoPlates:
    """The plates of rendered props cannot be read."""

    def read_vehicle(self, image_bgr: object, vehicle: object, others: object = ()) -> PlateReading | None:
        del image_bgr, vehicle, others
        return None

    def read_all(self, image_bgr: object, region: object) -> tuple[PlateReading, ...]:
        del image_bgr, region
        return ()


@dataclass(frozen=True, slots=True)
class Watched:
    """Events with the second of the scene in which they came, and what the object detector saw when."""

    events: tuple[tuple[float, NodeEvent], ...]
    looks: tuple[tuple[float, Detections], ...]


@functools.cache
def shipped_detector() -> ObjectDetector:
    """The detector of a node that names none."""
    return load_detector(DetectorConfig(min_score=0.2), ModelStore.standard())


def node_config(fps: float, zones: Sequence[Zone], camera: Zone | None = None) -> NodeConfig:
    """A node with one camera that has these zones."""
    source = {"kind": "file", "path": "rendered.mp4"}
    guard = {"dark_level": 8}
    one = {"camera": "stage", "source": source, "analysis_fps": fps, "guard": guard, "zones": list(zones), **(camera or {})}
    return NodeConfig.model_validate({"site": "bench", "node": "stage", "cameras": [one]})


def watch(
    stage: StageScene,
    zones: Sequence[Zone],
    *,
    tools: Callable[[DetectorTools], DetectorTools] = lambda tools: tools,
    heard: Callable[[CameraPipeline, Sequence[NodeEvent]], None] = lambda _pipeline, _events: None,
) -> Watched:
    """Render, encode, decode and watch one stage; `tools` may change the detectors' tools, `heard` is told of new events."""
    return watch_pictures(Stage(stage).frames(), stage.fps, zones, tools=tools, heard=heard)


def watch_pictures(
    pictures: Iterable[tuple[float, Image]],
    fps: float,
    zones: Sequence[Zone],
    *,
    camera: Zone | None = None,
    tools: Callable[[DetectorTools], DetectorTools] = lambda tools: tools,
    heard: Callable[[CameraPipeline, Sequence[NodeEvent]], None] = lambda _pipeline, _events: None,
) -> Watched:
    """Encode, decode and watch these pictures (seconds, BGR)."""
    config = node_config(fps, zones, camera)
    detector = Remembered(shipped_detector())
    events: list[tuple[float, NodeEvent]] = []
    looks: list[tuple[float, Detections]] = []
    at_s = 0.0
    with tempfile.TemporaryDirectory(prefix="yuhang-bench-") as name:
        folder = Path(name)
        with closing(EvidenceChain(folder / "evidence", "bench", "stage", NodeKey.open(folder / "key"))) as chain:
            models = LoadedModels(detector, NoPlates(), {})
            shared = build_tools(config, ConfigMark(config.version, "0" * 64), models, chain, _clip)
            pipeline = build_pipeline(config.cameras[0], tools(shared))
            for index, (at_s, planes) in enumerate(through_h264(pictures, fps)):
                frame = Frame("stage", index, START + timedelta(seconds=at_s), CLOCK, PlanarImage(planes))
                result = pipeline.process(frame)
                events += [(at_s, event) for event in result.events]
                heard(pipeline, result.events)
                looks += [(at_s, found) for found in detector.found]
                detector.found.clear()
            ended = pipeline.source_changed(SourceChange("stage", SourceState.ENDED, START + timedelta(seconds=at_s)))
            events += [(at_s, event) for event in ended]
    return Watched(tuple(events), tuple(looks))


def _clip(camera: str, start: datetime, end: datetime) -> Clip:
    del camera
    return Clip(b"no packets in a benchmark", "video/mp4", start, end)
