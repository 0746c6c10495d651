"""Real recordings in which nothing falls, the whole picture watched as if it were a facade: traffic, foliage, people."""

from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.falling.scene_run import Nothing
from edge.assembly import LoadedModels, build_pipelines
from edge.config import NodeConfig
from edge.frames import Frame, SourceChange
from edge.sources.config import FileSource
from edge.sources.recording import Recording
from yuhang.evidence import EvidenceChain, NodeKey
from yuhang.messages import FallingSeenEvent

pytestmark = [pytest.mark.clips, pytest.mark.slow, pytest.mark.timeout(600)]


def config(video: Path, fps: float) -> NodeConfig:
    heights = [{"y": 0.0, "metres": 20.0}, {"y": 1.0, "metres": 0.0}]
    detector = {"kind": "falling_object", "fps": fps, "heights": heights}
    zone = {"zone": "all", "address": "a-1", "polygon": [[0, 0], [1, 0], [1, 1], [0, 1]], "detector": detector}
    camera = {"camera": "c", "source": {"kind": "file", "path": str(video)}, "zones": [zone]}
    return NodeConfig.model_validate({"site": "s", "node": "n", "cameras": [camera]})


@pytest.mark.parametrize(("clip", "fps"), [("hwy_bgs02.avi", 25.0), ("road_ahmet.mp4", 24.0)])
def test_nothing_falls_in_traffic(clip: str, fps: float, shared_dir: Path, tmp_path: Path) -> None:
    video = shared_dir / "media" / "video" / clip
    if not video.is_file():
        pytest.skip(f"{clip} is not among the test media")
    fallen, frames = [], 0
    with (
        closing(EvidenceChain(tmp_path / "evidence", "s", "n", NodeKey.open(tmp_path / "key"))) as chain,
        closing(Recording("c", FileSource(kind="file", path=video))) as recording,
    ):
        models = LoadedModels(Nothing(), Nothing(), {})
        pipeline = build_pipelines(config(video, fps), "0" * 64, models, chain, recording.clip)["c"]
        while (item := recording.read(0.0)) is not None:
            frames += isinstance(item, Frame)
            events = pipeline.source_changed(item) if isinstance(item, SourceChange) else pipeline.process(item).events
            fallen += [event for event in events if isinstance(event, FallingSeenEvent)]
    assert frames > 700
    assert fallen == []
