"""A rendered muck truck through a camera's pipeline: the events, their times, their evidence."""

from pathlib import Path

import pytest

from benchmarks.kerb.tipping import zone_of
from simulators.stage.tipping import TippingScene, TippingStory, tipping_scene
from tests.unit.edge.detectors.stage_watch import played
from yuhang.evidence import verify_folder
from yuhang.messages import EvidenceAddedEvent, NodeEvent, TippingEndedEvent, TippingSign, TippingSuspectedEvent

pytestmark = pytest.mark.slow


def watched(scene: TippingScene, folder: Path) -> list[tuple[float, NodeEvent]]:
    """The network no longer knows a truck whose bed is up: then the detector sees nothing."""
    up = scene.truth.bed_up or (1e9, 1e9)
    labels = {"truck": "truck", "passing": "bus", "car": "car", "walker": "person", "carrier": "person"}
    return played(
        scene.stage, [zone_of(scene)], folder, labels, lambda name, at_s: name != "truck" or not up[0] - 3 <= at_s <= up[1] + 3
    )


def test_a_truck_that_tips_is_suspected_while_it_does_and_its_heap_is_found(tmp_path: Path) -> None:
    scene = tipping_scene(5, TippingStory.TIPS)
    events = watched(scene, tmp_path)
    assert [type(event) for _, event in events] == [TippingSuspectedEvent, EvidenceAddedEvent, TippingEndedEvent]
    (suspected_s, suspected), (_, clip), (ended_s, ended) = events
    assert isinstance(suspected, TippingSuspectedEvent)
    assert isinstance(ended, TippingEndedEvent)
    assert isinstance(clip, EvidenceAddedEvent)
    assert scene.truth.bed_up is not None
    assert scene.truth.bed_up[0] - 4 <= suspected_s <= scene.truth.bed_up[0] + 8
    assert suspected.data.signs == (TippingSign.BED,)
    assert [file.record.kind.value for file in suspected.data.evidence] == ["before", "during", "during"]
    assert clip.data.of == suspected.id
    assert ended.data.signs == (TippingSign.BED, TippingSign.HEAP)
    assert scene.truth.stood[1] + 30 <= ended_s <= scene.truth.stood[1] + 50
    assert ended.data.heap is not None
    assert 1.0 <= ended.data.heap.area_m2 <= 5.0
    assert [file.record.kind.value for file in ended.data.evidence] == ["after"]
    assert verify_folder(tmp_path / "evidence").ok


@pytest.mark.parametrize("story", [TippingStory.BY_HAND, TippingStory.HIDDEN, TippingStory.PARKED_AFTER])
def test_what_only_looks_like_it_is_not_reported(story: TippingStory, tmp_path: Path) -> None:
    assert watched(tipping_scene(5, story), tmp_path) == []
