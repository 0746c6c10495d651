"""Plates: from the picture of the look that decides to the event, object detector, finder and both readers included."""

import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import cv2
import numpy as np

from benchmarks.kerb.node import CLOCK, START, shipped_detector
from edge.assembly import LoadedModels, build_pipeline, build_tools
from edge.config import NodeConfig
from edge.config_mark import ConfigMark
from edge.detectors.tools import DetectorTools
from edge.frames import Clip, Frame
from edge.image import PlanarImage
from edge.plates.vehicle import load_vehicle_plates
from models.plate_art.layouts import PlateClass
from models.store import ModelStore
from simulators.lane.frames import lane_frames
from simulators.lane.scene import LaneScene, lane_scene
from yuhang.evidence import EvidenceChain, NodeKey
from yuhang.messages import EntryOutcome, PlateSeenEvent

FIRST_SEED = 7_000


@dataclass(frozen=True, slots=True)
class PlateTimes:
    """Milliseconds of each decision that read a plate, and how many cars went to a person instead."""

    decided_ms: tuple[float, ...]
    doubtful: int


def plate_times(cars: int) -> PlateTimes:
    """So many cars with blue plates, by day, one after the other."""
    plates = load_vehicle_plates(ModelStore.standard(), second="ppocr-plate-reader")
    with (
        tempfile.TemporaryDirectory(prefix="yuhang-bench-") as name,
        closing(EvidenceChain(Path(name) / "evidence", "bench", "gate", NodeKey.open(Path(name) / "key"))) as chain,
    ):
        models = LoadedModels(shipped_detector(), plates, {})
        tools = build_tools(_config(), ConfigMark(0, "0" * 64), models, chain, _no_clip)
        taken = [_decided_ms(lane_scene(FIRST_SEED + car, PlateClass.BLUE, night=False), tools) for car in range(cars)]
    read = tuple(one for one in taken if one is not None)
    return PlateTimes(read, cars - len(read))


def _decided_ms(scene: LaneScene, tools: DetectorTools) -> float | None:
    pipeline = build_pipeline(_config().cameras[0], tools)
    for index, lane in enumerate(lane_frames(scene)):
        planes = np.asarray(cv2.cvtColor(lane.image, cv2.COLOR_BGR2YUV_I420), np.uint8)
        frame = Frame("gate", index, START + timedelta(seconds=lane.seconds), CLOCK, PlanarImage(planes))
        begun = time.perf_counter()
        events = pipeline.process(frame).events
        passed_ms = (time.perf_counter() - begun) * 1000
        if any(isinstance(event, PlateSeenEvent) and event.data.outcome is EntryOutcome.READ for event in events):
            return passed_ms
    return None


def _config() -> NodeConfig:
    zone = {
        "zone": "lane",
        "address": "bench",
        "polygon": ((0.05, 0.2), (0.95, 0.2), (0.95, 1.0), (0.05, 1.0)),
        "detector": {"kind": "plate_entry", "lane": "east-in"},
    }
    camera = {"camera": "gate", "source": {"kind": "file", "path": "x.mp4"}, "analysis_fps": 10, "zones": [zone]}
    return NodeConfig.model_validate({"site": "bench", "node": "gate", "cameras": [camera]})


def _no_clip(camera: str, start: object, end: object) -> Clip | None:
    del camera, start, end
    return None
