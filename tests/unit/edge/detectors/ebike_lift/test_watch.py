"""Rendered rides in one lift: it asks, is answered, learns, and then knows an e-bike from a pram."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.kerb.ebike_lift import zone_of
from edge.detectors.learning import MemoryAnswers
from edge.pipeline import CameraPipeline
from simulators.stage.lift import LiftScene, LiftStory, lift_scene
from tests.unit.edge.detectors.stage_watch import played
from yuhang.messages import EbikeLeftEvent, EbikeSeenEvent, EvidenceAddedEvent, NodeEvent, Verdict

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

PEOPLE = {"rider": "person", "other": "person"}


def ride(scene: LiftScene, answers: MemoryAnswers, folder: Path, *, teach: bool = False) -> list[NodeEvent]:
    def heard(pipeline: CameraPipeline, event: NodeEvent) -> None:
        if teach and isinstance(event, EbikeSeenEvent):
            confirmed = scene.story is LiftStory.E_BIKE
            assert pipeline.verdict(Verdict(id=event.id, expires_at=event.time, track=event.data.track, confirmed=confirmed))

    camera = replace(scene.stage.camera, width=320, height=240)  # a quarter of the pixels is enough, and quick
    stage = replace(scene.stage, camera=camera, seconds=17.0 if teach else scene.stage.seconds)
    events = played(
        stage,
        [zone_of(scene)],
        folder,
        PEOPLE,
        tools=lambda tools: replace(tools, answers=lambda _lift: answers),
        heard=heard,
    )
    return [event for _, event in events]


def test_a_lift_asks_at_first_and_decides_when_it_has_learned(tmp_path: Path) -> None:
    answers = MemoryAnswers()
    first = ride(lift_scene(4, LiftStory.PRAM), answers, tmp_path / "first", teach=True)
    assert isinstance(first[0], EbikeSeenEvent)
    assert first[0].data.second_stage is None
    assert first[0].data.door == "the lift has not learned enough"

    for seed in range(200, 220):
        ride(lift_scene(seed), answers, tmp_path / str(seed), teach=True)

    seen = ride(lift_scene(4, LiftStory.E_BIKE), answers, tmp_path / "e-bike")
    assert [type(event) for event in seen] == [EbikeSeenEvent, EvidenceAddedEvent, EbikeLeftEvent]
    assert isinstance(seen[0], EbikeSeenEvent)
    assert seen[0].data.second_stage is not None
    assert seen[0].data.second_stage.confirmed >= 4
    assert seen[0].data.door == "holding is switched off"
    assert isinstance(seen[2], EbikeLeftEvent)
    assert [(result.action.value, result.status) for result in seen[2].data.requests] == [("say", "unanswered")]
    for story in (LiftStory.PRAM, LiftStory.TROLLEY):
        assert ride(lift_scene(6, story), answers, tmp_path / story.value) == []
