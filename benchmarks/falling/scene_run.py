"""One rendered facade through a node's own pipeline and through the plain baseline, held against its truth."""

import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from benchmarks.falling.baseline import Alarm, Grey, PlainDetector
from benchmarks.stream import straight, through_h264
from edge.assembly import LoadedModels, build_pipelines
from edge.config import NodeConfig
from edge.frames import Clip, Frame
from edge.image import PlanarImage
from edge.inference.detections import Detections
from edge.pipeline import CameraPipeline
from edge.plates.types import PlateReading
from edge.zones import ZoneMap
from simulators.facade.frames import Facade, ThrowTruth
from simulators.facade.scene import FLOOR_M, FacadeScene
from yuhang.evidence import EvidenceChain, NodeKey
from yuhang.messages import FallingSeenEvent, FrameClock, TimeSource

START = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
CLOCK = FrameClock(source=TimeSource.RECORDING, error_s=0.0)
LATE_S = 0.6  # by which an alarm's time may miss the throw's
ASIDE_M = 5.0
SETTLE_S = 4.0  # after the last frame, so that what waits is decided


@dataclass(frozen=True, slots=True)
class Nothing:
    """Stands for the models, which nobody asks: what falls is found without any."""

    labels: tuple[str, ...] = ()

    def detect(self, image_bgr: object) -> Detections:
        raise NotImplementedError

    def read_vehicle(self, image_bgr: object, vehicle: object, others: object = ()) -> None:
        raise NotImplementedError

    def read_all(self, image_bgr: object, region: object) -> Sequence[PlateReading]:
        raise NotImplementedError


@dataclass(slots=True)
class Outcome:
    """What became of one scene's throws. `hits` says for each throw whether it was found, with its size in pixels."""

    seed: int
    seconds: float
    light: str
    hits: list[tuple[float, bool]] = field(default_factory=list)
    plain_hits: list[tuple[float, bool]] = field(default_factory=list)
    false_alarms: int = 0
    plain_false_alarms: int = 0
    floors_right: int = 0
    floors_width: list[float] = field(default_factory=list)
    delays_s: list[float] = field(default_factory=list)
    frame_ms: float = 0.0


def run_scene(scene: FacadeScene, *, plain: bool = True, encoded: bool = True) -> Outcome:
    """Render, encode, decode and watch one scene; with `encoded` false the rendered pictures go straight to the node."""
    facade = Facade(scene)
    return run_pictures(facade, facade.frames(), plain=plain, encoded=encoded)


def run_pictures(facade: Facade, drawn: Iterable[tuple[float, Grey]], *, plain: bool = True, encoded: bool = True) -> Outcome:
    """Watch these pictures (seconds, BGR) in which the throws of `facade` were drawn."""
    scene = facade.scene
    pictures = through_h264(drawn, scene.camera.fps) if encoded else straight(drawn)
    config = node_config(scene, facade)
    outline = config.cameras[0].zones[0].polygon
    mask = ZoneMap({"facade": outline}, scene.camera.width, scene.camera.height).mask("facade")
    baseline = PlainDetector(mask)
    events: list[tuple[float, FallingSeenEvent]] = []
    spent_s, frames = 0.0, 0
    with tempfile.TemporaryDirectory(prefix="yuhang-bench-") as name:
        folder = Path(name)
        with closing(EvidenceChain(folder / "evidence", "bench", "facade", NodeKey.open(folder / "key"))) as chain:
            pipeline = _pipeline(config, chain)
            for index, (at_s, planes) in enumerate(pictures):
                image = PlanarImage(planes)
                frame = Frame("facade", index, START + timedelta(seconds=at_s), CLOCK, image)
                begun = time.perf_counter()
                result = pipeline.process(frame)
                spent_s += time.perf_counter() - begun
                frames += 1
                events += [(at_s, event) for event in result.events if isinstance(event, FallingSeenEvent)]
                if plain:
                    baseline.look(at_s, planes[: scene.camera.height])
            events += [
                (scene.seconds + SETTLE_S, event) for event in pipeline.tick(SETTLE_S) if isinstance(event, FallingSeenEvent)
            ]
    outcome = Outcome(scene.seed, scene.seconds, scene.light, frame_ms=1000 * spent_s / max(1, frames))
    _compare(outcome, facade, events)
    if plain:
        _compare_plain(outcome, facade, baseline.alarms)
    return outcome


def node_config(scene: FacadeScene, facade: Facade, fps: float | None = None) -> NodeConfig:
    """A node that watches this facade, calibrated at ground, middle and roof; `fps` is what it asks the camera for."""
    heights = [{"y": y, "metres": metres} for y, metres in facade.view.known_heights(scene.building)]
    detector = {"kind": "falling_object", "fps": fps or scene.camera.fps, "floor_height_m": FLOOR_M, "heights": heights}
    zone = {"zone": "facade", "address": "bench", "polygon": facade.view.outline(scene.building), "detector": detector}
    source = {"kind": "file", "path": "rendered.mp4"}
    guard = {"dark_level": 8}
    camera = {"camera": "facade", "source": source, "zones": [zone], "guard": guard}
    return NodeConfig.model_validate({"site": "bench", "node": "facade", "cameras": [camera]})


def _pipeline(config: NodeConfig, chain: EvidenceChain) -> CameraPipeline:
    models = LoadedModels(Nothing(), Nothing(), {})
    return build_pipelines(config, "0" * 64, models, chain, _clip)["facade"]


def _clip(camera: str, start: datetime, end: datetime) -> Clip:
    del camera
    return Clip(b"no packets in a benchmark", "video/mp4", start, end)


def _compare(outcome: Outcome, facade: Facade, events: Sequence[tuple[float, FallingSeenEvent]]) -> None:
    left = list(events)
    for throw in facade.truth():
        found = next((pair for pair in left if _is(throw, facade, pair[1])), None)
        outcome.hits.append((throw.size_px, found is not None))
        if found is not None:
            left.remove(found)
            floors = found[1].data.floors
            outcome.floors_right += floors.lowest <= throw.floor and (floors.highest is None or throw.floor <= floors.highest)
            outcome.floors_width.append((floors.highest or facade.scene.building.floors) - floors.lowest + 1)
            outcome.delays_s.append(found[0] - (found[1].data.ended_at - START).total_seconds())
    outcome.false_alarms = len(left)


def _is(throw: ThrowTruth, facade: Facade, event: FallingSeenEvent) -> bool:
    began, ended = ((at - START).total_seconds() for at in (event.data.began_at, event.data.ended_at))
    box = event.data.box
    return _fits(throw, facade, began, ended, (box.left + box.right) / 2)


def _compare_plain(outcome: Outcome, facade: Facade, alarms: Sequence[Alarm]) -> None:
    left = list(alarms)
    for throw in facade.truth():
        found = next((alarm for alarm in left if _fits(throw, facade, alarm.began_s, alarm.ended_s, alarm.x)), None)
        outcome.plain_hits.append((throw.size_px, found is not None))
        if found is not None:
            left.remove(found)
    outcome.plain_false_alarms = len(left)


def _fits(throw: ThrowTruth, facade: Facade, began_s: float, ended_s: float, x: float) -> bool:
    _, _, scale = facade.view.project(np.zeros(1), np.array([throw.released_m]))
    near = abs(x - throw.x_px) <= ASIDE_M * float(scale[0])
    return near and throw.released_s - LATE_S <= began_s and ended_s <= throw.landed_s + LATE_S
