"""A rendered throw through a camera's pipeline: the event, its time, its floor, its evidence."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.falling.scene_run import CLOCK, START, Nothing, node_config
from edge.assembly import LoadedModels, build_pipelines
from edge.frames import Clip, Frame, SourceChange, SourceState
from edge.image import BgrImage
from simulators.facade.frames import Facade
from simulators.facade.scene import Building, Distractions, FacadeCamera, FacadeScene, Throw
from yuhang.evidence import EvidenceChain, NodeKey, verify_folder
from yuhang.messages import EvidenceAddedEvent, FallingSeenEvent, NodeEvent

SCENE = FacadeScene(
    seconds=11.0,
    building=Building(floors=8, width_m=14),
    camera=FacadeCamera(width=360, height=480, distance_m=30),
    throws=(Throw(at_s=2.0, floor=7, x=1.0, size_m=0.3, grey=15),),
)


def clip(_camera: str, start: datetime, end: datetime) -> Clip:
    return Clip(b"packets", "video/mp4", start, end)


def watched(scene: FacadeScene, folder: Path, until_s: float = 99.0, asked_fps: float | None = None) -> Iterator[NodeEvent]:
    facade = Facade(scene)
    models = LoadedModels(Nothing(), Nothing(), {})
    with closing(EvidenceChain(folder / "evidence", "bench", "facade", NodeKey.open(folder / "key"))) as chain:
        pipeline = build_pipelines(node_config(scene, facade, asked_fps), "0" * 64, models, chain, clip)["facade"]
        for index, (at_s, image) in enumerate(facade.frames()):
            if at_s > until_s:
                break
            yield from pipeline.process(Frame("facade", index, START + timedelta(seconds=at_s), CLOCK, BgrImage(image))).events
        yield from pipeline.source_changed(SourceChange("facade", SourceState.ENDED, START + timedelta(seconds=at_s)))


def test_a_throw_is_reported_once_with_time_floor_and_evidence(tmp_path: Path) -> None:
    events = list(watched(SCENE, tmp_path))

    assert [event.type for event in events] == ["falling.seen.v1", "evidence.added.v1"]
    seen, added = events
    assert isinstance(seen, FallingSeenEvent)
    assert isinstance(added, EvidenceAddedEvent)
    began = (seen.data.began_at - START).total_seconds()
    assert 2.0 <= began <= 2.5
    assert seen.data.floors.lowest <= 7 <= (seen.data.floors.highest or 8)
    assert (seen.data.floors.highest or 8) - seen.data.floors.lowest <= 1
    assert seen.data.acceleration_m_s2 == pytest.approx(9.6, abs=1.0)
    rows = [point.y for point in seen.data.path[5:]]
    assert rows == sorted(rows)
    assert added.data.of == seen.id
    assert added.data.track == seen.data.track
    assert added.data.evidence[0].record.captured_at == seen.data.began_at - timedelta(seconds=5)
    assert added.time >= seen.data.ended_at + timedelta(seconds=5)
    assert verify_folder(tmp_path / "evidence").ok


def test_the_path_is_one_picture_in_which_only_the_facade_is_to_be_seen(tmp_path: Path) -> None:
    seen = next(event for event in watched(SCENE, tmp_path) if isinstance(event, FallingSeenEvent))
    (file,) = seen.data.evidence
    assert file.record.kind.value == "path"
    content = (tmp_path / "evidence" / "files" / file.record.file_sha256).read_bytes()
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    facade = Facade(SCENE)
    outline = facade.view.corners(-7, 0.5, 7, 24.3)
    left, top = outline[:, 0].min(), outline[:, 1].min()
    outside = (int(outline[3, 0] - left) // 2, 2)  # beside the roof, which is narrower than the ground
    assert picture[outside[1], outside[0]].max() < 25
    middle = seen.data.path[len(seen.data.path) // 2]
    x, y = round(middle.x - left), round(middle.y - top)
    assert picture[y - 1 : y + 2, x - 1 : x + 2].min() < 60  # the dark thing is there, on a grey wall


def test_the_clip_names_all_but_the_facade_as_to_be_hidden(tmp_path: Path) -> None:
    added = next(event for event in watched(SCENE, tmp_path) if isinstance(event, EvidenceAddedEvent))
    (file,) = added.data.evidence
    hidden = np.zeros((480, 360), np.bool_)
    for box in file.blur:
        hidden[box.top : box.bottom, box.left : box.right] = True
    assert hidden[2, 2]
    assert not hidden[240, 180]


def test_a_recording_that_ends_in_a_fall_reports_it_all_the_same(tmp_path: Path) -> None:
    events = list(watched(SCENE, tmp_path, until_s=3.7))
    assert [event.type for event in events] == ["falling.seen.v1", "evidence.added.v1"]


def test_a_camera_that_gives_fewer_pictures_than_it_is_asked_for_still_sees_the_fall(tmp_path: Path) -> None:
    late = SCENE.throws[0].model_copy(update={"at_s": 4.5})
    slow = SCENE.model_copy(update={"camera": SCENE.camera.model_copy(update={"fps": 15.0}), "throws": (late,)})
    assert [event.type for event in watched(slow, tmp_path, asked_fps=25.0)] == ["falling.seen.v1", "evidence.added.v1"]


def test_what_only_looks_like_it_is_not_reported(tmp_path: Path) -> None:
    busy = Distractions(birds=60, leaves=120, insects=60, laundry=6, foliage=True, exposure_drift=0.1)
    scene = SCENE.model_copy(update={"throws": (), "distractions": busy, "seconds": 20.0})
    assert list(watched(scene, tmp_path)) == []
