"""Rendered lanes through the detector with the shipped finder and both readers: what it says against what is true."""

from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from edge.assembly import LoadedModels, build_pipeline, build_tools
from edge.config import NodeConfig
from edge.config_mark import ConfigMark
from edge.frames import Clip, Frame, SourceChange, SourceState
from edge.image import BgrImage
from edge.inference.detections import Detections
from edge.plates.vehicle import VehiclePlates, load_vehicle_plates
from models.plate_art.layouts import PlateClass
from models.store import ModelStore
from simulators.lane.frames import lane_frames
from simulators.lane.scene import LaneScene, lane_scene
from yuhang.evidence import EvidenceChain, NodeKey
from yuhang.messages import EntryOutcome, EvidenceKind, FrameClock, PlateSeen, PlateSeenEvent, TimeSource

START = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
CLOCK = FrameClock(source=TimeSource.RECORDING, error_s=0.0)
LANE = {
    "zone": "lane",
    "address": "330110-001-0001",
    "polygon": [[0.05, 0.2], [0.95, 0.2], [0.95, 1.0], [0.05, 1.0]],
    "detector": {"kind": "plate_entry", "lane": "east-in"},
}


class SeesOneCar:
    labels = ("car",)

    def detect(self, image_bgr: np.ndarray) -> Detections:
        height, width = image_bgr.shape[:2]
        box = np.array([[width * 0.2, 0, width * 0.8, height * 0.9]], np.float32)
        return Detections(box, np.array([0.9], np.float32), np.array([0], np.int32), self.labels)


@pytest.fixture(scope="module")
def plates() -> VehiclePlates:
    return load_vehicle_plates(ModelStore.standard(), second="ppocr-plate-reader")


def drive_up(scene: LaneScene, plates: VehiclePlates, folder: Path) -> list[tuple[float, PlateSeen]]:
    """What the node says of this lane, with the second of the scene in which it says it."""
    camera = {"camera": "gate", "source": {"kind": "file", "path": "lane.mp4"}, "analysis_fps": scene.fps, "zones": [LANE]}
    config = NodeConfig.model_validate(
        {
            "site": "estate",
            "node": "gate",
            "cameras": [{**camera, "guard": {"dark_level": 5}}],
        }
    )
    said: list[tuple[float, PlateSeen]] = []
    with closing(EvidenceChain(folder / "evidence", "estate", "gate", NodeKey.open(folder / "key"))) as chain:
        models = LoadedModels(SeesOneCar(), plates, {})
        tools = build_tools(config, ConfigMark(0, "0" * 64), models, chain, _clip)
        pipeline = build_pipeline(config.cameras[0], tools)
        for index, seen in enumerate(lane_frames(scene)):
            frame = Frame("gate", index, START + timedelta(seconds=seen.seconds), CLOCK, BgrImage(seen.image))
            events: Sequence[object] = pipeline.process(frame).events
            said += [(seen.seconds, event.data) for event in events if isinstance(event, PlateSeenEvent)]
        pipeline.source_changed(SourceChange("gate", SourceState.ENDED, START + timedelta(seconds=seen.seconds)))
    return said


def _clip(_camera: str, start: datetime, end: datetime) -> Clip:
    return Clip(b"packets", "video/mp4", start, end)


def test_a_blue_plate_is_read_within_a_second_of_its_first_look_and_said_once(plates: VehiclePlates, tmp_path: Path) -> None:
    scene = lane_scene(2, PlateClass.BLUE, night=False)
    ((at, entry),) = drive_up(scene, plates, tmp_path)
    assert (entry.outcome, entry.plate.text, entry.plate.colour, entry.lane) == (EntryOutcome.READ, scene.text, "blue", "east-in")
    assert (START + timedelta(seconds=at) - entry.appeared_at).total_seconds() <= 1.0
    assert entry.looks.agreed >= 3
    assert not entry.temporary
    assert [file.record.kind for file in entry.evidence] == [EvidenceKind.DURING, EvidenceKind.PLATE]
    truth = next(frame.corners for frame in lane_frames(scene) if abs(frame.seconds - at) < 0.01)
    assert truth is not None
    assert entry.box is not None
    assert entry.box.left == pytest.approx(truth[:, 0].min(), abs=12)
    assert entry.box.bottom == pytest.approx(truth[:, 1].max(), abs=12)


def test_a_car_without_a_plate_goes_to_a_person(plates: VehiclePlates, tmp_path: Path) -> None:
    scene = lane_scene(3, PlateClass.BLUE, night=False, plate=False, seconds=2.3)
    ((_, entry),) = drive_up(scene, plates, tmp_path)
    assert (entry.outcome, entry.plate.text, entry.proposal, entry.box) == (EntryOutcome.NO_PLATE, None, None, None)


@pytest.mark.parametrize("kind", [PlateClass.YELLOW_DOUBLE, PlateClass.GREEN_SMALL])
def test_a_plate_of_another_class_is_read_right_or_goes_to_a_person(
    kind: PlateClass, plates: VehiclePlates, tmp_path: Path
) -> None:
    scene = lane_scene(1, kind, night=False, seconds=1.3)
    said = [entry for _, entry in drive_up(scene, plates, tmp_path)]
    assert said
    assert all(entry.plate.text in {None, scene.text} for entry in said)
