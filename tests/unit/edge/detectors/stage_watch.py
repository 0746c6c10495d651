"""Rendered stages through a camera's pipeline, with an object detector that knows the props and sees nothing else."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from benchmarks.kerb.node import CLOCK, START, NoPlates, Zone, node_config
from edge.assembly import LoadedModels, build_pipeline, build_tools
from edge.config_mark import ConfigMark
from edge.detectors.tools import DetectorTools
from edge.frames import Clip, Frame, SourceChange, SourceState
from edge.image import BgrImage
from edge.inference.detections import Detections
from edge.pipeline import CameraPipeline
from simulators.stage.frames import Stage
from simulators.stage.scene import StageScene
from yuhang.evidence import EvidenceChain, NodeKey
from yuhang.messages import NodeEvent

LABELS = ("person", "bicycle", "car", "motorcycle", "bus", "truck")
SCORE = 0.6


class KnowsTheProps:
    """Finds each prop whose name begins as `labels` says, where it is at the moment that `now` tells."""

    labels = LABELS

    def __init__(self, stage: StageScene, labels: Mapping[str, str], sees: Callable[[str, float], bool]) -> None:
        self.now = 0.0
        self._stage = stage
        self._labels = labels
        self._sees = sees

    def detect(self, image_bgr: object) -> Detections:
        del image_bgr
        found = [(box, label) for name, label in self._labels.items() for box in self._boxes(name)]
        boxes = np.array([box for box, _ in found], np.float32).reshape(-1, 4)
        ids = np.array([LABELS.index(label) for _, label in found], np.int32)
        return Detections(boxes, np.full(len(found), SCORE, np.float32), ids, LABELS)

    def _boxes(self, name: str) -> Iterator[tuple[float, float, float, float]]:
        camera = self._stage.camera
        for prop in self._stage.props:
            pose = prop.pose_at(self.now)
            if not prop.name.startswith(name) or pose is None or not self._sees(prop.name, self.now):
                continue
            pixels, _ = camera.project(pose.place(prop.shape(self.now).corners.reshape(-1, 3)))
            limit = np.array([camera.width, camera.height])
            (left, top), (right, bottom) = np.clip(pixels.min(axis=0), 0, limit), np.clip(pixels.max(axis=0), 0, limit)
            if right - left > 8 and bottom - top > 8:
                yield float(left), float(top), float(right), float(bottom)


def played(
    stage: StageScene,
    zones: Sequence[Zone],
    folder: Path,
    labels: Mapping[str, str],
    sees: Callable[[str, float], bool] = lambda _name, _at_s: True,
    tools: Callable[[DetectorTools], DetectorTools] = lambda tools: tools,
    heard: Callable[[CameraPipeline, NodeEvent], None] = lambda _pipeline, _event: None,
) -> list[tuple[float, NodeEvent]]:
    """Events with the second in which they came; `tools` may change the detectors' tools, `heard` is told of each."""
    detector = KnowsTheProps(stage, labels, sees)
    events: list[tuple[float, NodeEvent]] = []
    with closing(EvidenceChain(folder / "evidence", "bench", "stage", NodeKey.open(folder / "key"))) as chain:
        config = node_config(stage.fps, zones)
        models = LoadedModels(detector, NoPlates(), {})
        shared = build_tools(config, ConfigMark(config.version, "0" * 64), models, chain, _clip)
        pipeline = build_pipeline(config.cameras[0], tools(shared))
        for index, (at_s, image) in enumerate(Stage(stage).frames()):
            detector.now = at_s
            frame = Frame("stage", index, START + timedelta(seconds=at_s), CLOCK, BgrImage(image))
            for event in pipeline.process(frame).events:
                events.append((at_s, event))
                heard(pipeline, event)
        last = START + timedelta(seconds=at_s)
        events += [(at_s, event) for event in pipeline.source_changed(SourceChange("stage", SourceState.ENDED, last))]
    return events


def _clip(_camera: str, start: datetime, end: datetime) -> Clip:
    return Clip(b"packets", "video/mp4", start, end)
