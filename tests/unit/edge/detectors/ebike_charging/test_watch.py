"""A rendered hall through a camera's pipeline: it asks, learns, and then knows an e-bike from a pram; its socket is heard."""

import pytest

from benchmarks.kerb.ebike_charging import left
from edge.detectors.learning import MemoryAnswers
from simulators.stage.charging import ChargingStory, charging_scene
from yuhang.messages import ChargingBasis, ChargingEndedEvent, ChargingSuspectedEvent, NodeEvent

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def suspected(events: list[NodeEvent]) -> ChargingSuspectedEvent:
    assert [type(event) for event in events] == [ChargingSuspectedEvent, ChargingEndedEvent]
    first, last = events
    assert isinstance(first, ChargingSuspectedEvent)
    assert isinstance(last, ChargingEndedEvent)
    assert first.data.track == last.data.track
    return first


def test_a_place_asks_and_hears_its_socket() -> None:
    scene = charging_scene(102, ChargingStory.DRAWS_POWER)
    assert scene.stood is not None
    watched = left(scene, MemoryAnswers())
    event = suspected([event for _, event in watched.events])
    assert event.data.basis is ChargingBasis.SOCKET
    assert event.data.watts == 180
    assert event.data.second_stage is None
    assert [file.record.kind.value for file in event.data.evidence] == ["during"]
    assert scene.stood[0] + 30 <= watched.events[0][0] <= scene.stood[0] + 60


def test_who_leaves_again_is_not_asked_about() -> None:
    assert left(charging_scene(101, ChargingStory.SHORT), MemoryAnswers()).events == ()
