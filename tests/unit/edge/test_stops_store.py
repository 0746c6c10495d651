"""Open stops survive a kill: each ends exactly once, and never better than it was observed."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from edge.stops_store import StopsStore
from tests.unit.edge.drawn_street import PLACE, DrawnStreet
from tests.unit.edge.street import at
from yuhang.errors import StorageError
from yuhang.messages import NodeEvent, UnobservedReason


@dataclass(slots=True)
class Sink:
    """Keeps events by id, as the outbox does; may be full."""

    events: list[NodeEvent] = field(default_factory=list)
    full: bool = False

    def put(self, event: NodeEvent, /) -> NodeEvent:
        if self.full:
            raise StorageError("disk full")
        if event.id not in {known.id for known in self.events}:
            self.events.append(event)
        return event


@pytest.fixture
def story(tmp_path: Path) -> list[NodeEvent]:
    """Stopped, present, left."""
    street = DrawnStreet(tmp_path)
    events = street.show(0, 55, PLACE) + street.show(55.5, 60, None)
    assert [event.type for event in events] == ["parking.stopped.v1", "parking.present.v1", "parking.left.v1"]
    return events


def test_a_killed_node_reports_its_open_stops_once(tmp_path: Path, story: list[NodeEvent]) -> None:
    stopped, present, _ = story
    sink = Sink()
    first = StopsStore(tmp_path / "stops.db")
    first.put_through(stopped, sink)
    first.put_through(present, sink)
    first.close()  # as a kill leaves it

    second = StopsStore(tmp_path / "stops.db")
    assert second.recover(sink, at(100)) == 1
    assert second.recover(sink, at(101)) == 0

    lost = sink.events[-1]
    assert (lost.type, lost.data.reason) == ("parking.unobserved.v1", UnobservedReason.NODE_RESTARTED)
    assert lost.data.track == stopped.data.track
    assert lost.data.last_seen_at == present.data.observation.until
    assert lost.time == at(100)


def test_a_kill_after_sending_and_before_noting_does_not_double_the_event(tmp_path: Path, story: list[NodeEvent]) -> None:
    stopped, _, left = story
    sink = Sink()
    store = StopsStore(tmp_path / "stops.db")
    store.put_through(stopped, sink)
    sink.full = True
    with pytest.raises(StorageError):
        store.put_through(left, sink)  # noted, not sent
    sink.full = False

    assert store.recover(sink, at(100)) == 1
    assert [event.type for event in sink.events] == ["parking.stopped.v1", "parking.left.v1"]
    assert sink.events[-1].id == left.id


def test_a_finished_stop_leaves_nothing_to_recover(tmp_path: Path, story: list[NodeEvent]) -> None:
    sink = Sink()
    store = StopsStore(tmp_path / "stops.db")
    for event in story:
        store.put_through(event, sink)
    assert store.count() == 0
    assert store.recover(sink, at(100)) == 0


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StorageError, match=r"stops\.db"):
        StopsStore(tmp_path / "file" / "stops.db")
