"""A rendered stall through a camera's pipeline: the events, their minutes, their evidence."""

from pathlib import Path

import pytest

from benchmarks.kerb.trading import zone_of
from simulators.stage.trading import TradingStory, trading_scene
from tests.unit.edge.detectors.stage_watch import played
from yuhang.evidence import verify_folder
from yuhang.messages import EvidenceAddedEvent, NodeEvent, TradingEndedEvent, TradingForm, TradingSeenEvent

pytestmark = pytest.mark.slow

PEOPLE = dict.fromkeys(("trader", "customer", "passer", "waits", "talks", "rider", "carrier"), "person")


def watched(story: TradingStory, folder: Path) -> list[tuple[float, NodeEvent]]:
    scene = trading_scene(4, story)
    return played(scene.stage, [zone_of(scene)], folder, {**PEOPLE, "bike": "motorcycle"})


def test_a_table_with_its_trader_is_one_spell_with_its_minutes(tmp_path: Path) -> None:
    scene = trading_scene(4, TradingStory.TABLE)
    assert scene.traded is not None
    events = watched(TradingStory.TABLE, tmp_path)
    assert [type(event) for _, event in events] == [TradingSeenEvent, EvidenceAddedEvent, TradingEndedEvent]
    (seen_s, seen), _, (_, ended) = events
    assert isinstance(seen, TradingSeenEvent)
    assert isinstance(ended, TradingEndedEvent)
    assert scene.traded[0] + 300 <= seen_s <= scene.traded[0] + 350
    assert seen.data.form is TradingForm.STREET
    assert [file.record.kind.value for file in seen.data.evidence] == ["before", "during"]
    assert all(file.blur for file in seen.data.evidence)  # people are hidden before publication
    assert abs(ended.data.minutes - (scene.traded[1] - scene.traded[0]) / 60) < 1.0
    assert verify_folder(tmp_path / "evidence").ok


@pytest.mark.parametrize("story", [TradingStory.QUEUE, TradingStory.DELIVERY, TradingStory.PERMITTED])
def test_what_only_looks_like_it_is_not_reported(story: TradingStory, tmp_path: Path) -> None:
    assert watched(story, tmp_path) == []
