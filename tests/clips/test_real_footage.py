"""Real recordings through the shipped models: exactly the events that a person sees, at their times."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.clips.truth import HERE, NodeEvent, load_truth
from edge.assembly import LoadedModels, load_models
from edge.config import ModelsConfig, NodeConfig
from edge.replay import ReplaySummary, replay
from yuhang.config.loader import load_yaml
from yuhang.evidence import verify_folder
from yuhang.messages import parse_event

START = datetime(2026, 1, 1, tzinfo=UTC)
CLIPS = sorted(path.stem for path in (HERE / "expected").glob("*.yaml"))

pytestmark = [pytest.mark.clips, pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="session")
def models() -> LoadedModels:
    return load_models(ModelsConfig())


def run(clip: str, video: Path, folder: Path, models: LoadedModels) -> tuple[ReplaySummary, list[NodeEvent]]:
    out = folder / f"{clip}.jsonl"
    summary = replay(video, HERE / "configs" / f"{clip}.yaml", out, start=START, models=models)
    return summary, [parse_event(line) for line in out.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("clip", CLIPS)
def test_clip_raises_exactly_what_a_person_sees(clip: str, shared_dir: Path, tmp_path: Path, models: LoadedModels) -> None:
    truth = load_truth(HERE / "expected" / f"{clip}.yaml")
    video = shared_dir / "media" / "video" / truth.video
    if not video.is_file():
        pytest.skip(f"{truth.video} is not among the test media")

    summary, events = run(clip, video, tmp_path, models)

    assert truth.differences(events, START) == []
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert sum(summary.events.values()) == len(events)


def test_every_clip_has_a_configuration_for_the_shipped_models() -> None:
    for clip in CLIPS:
        config = load_yaml(HERE / "configs" / f"{clip}.yaml", NodeConfig)
        assert config.models.detector == ModelsConfig().detector


def test_evidence_of_a_real_stop_verifies(shared_dir: Path, tmp_path: Path, models: LoadedModels) -> None:
    video = shared_dir / "media" / "video" / "road_ahmet.mp4"
    if not video.is_file():
        pytest.skip("road_ahmet.mp4 is not among the test media")

    _, events = run("road_ahmet", video, tmp_path, models)

    stopped = next(event for event in events if event.type == "parking.stopped.v1")
    assert {file.record.kind.value for file in stopped.data.evidence} >= {"arrival", "notice", "clip"}
    assert verify_folder(tmp_path / "road_ahmet-evidence").ok
