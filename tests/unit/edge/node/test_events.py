"""Events on their way: held durably, a moment's wait for files, order, full disks, kills."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from edge.node.release import EventDesk, files_of
from edge.node.stops import PatientStops
from edge.node.store import NodeStore
from tests.unit.edge.node.conftest import START, MakeEvent
from yuhang.errors import MessageError, StorageError
from yuhang.messages import NodeEvent
from yuhang.outbox import Outbox


@dataclass
class FakeOutbox:
    """An outbox that may be full, or refuse."""

    events: list[NodeEvent] = field(default_factory=list)
    error: Exception | None = None

    def put(self, event: NodeEvent, /) -> NodeEvent:
        if self.error is not None:
            raise self.error
        self.events.append(event)
        return event


@dataclass
class FakeUploads:
    asked: list[str] = field(default_factory=list)

    def add(self, files: list[str], /) -> None:
        self.asked += files


@pytest.fixture
def store(tmp_path: Path) -> NodeStore:
    return NodeStore(tmp_path / "node.sqlite")


def eventually(true: Callable[[], bool], timeout_s: float = 5.0) -> None:
    end_s = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < end_s
        time.sleep(0.01)


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_an_event_goes_once_its_files_are_with_central(store: NodeStore, make_event: MakeEvent) -> None:
    outbox, uploads = FakeOutbox(), FakeUploads()
    desk = EventDesk(store, outbox, uploads, grace_s=60.0)
    event = make_event(files=(b"one", b"two"))
    desk.put(event)
    assert uploads.asked == [sha(b"one"), sha(b"two")]
    assert desk.step(60.0) == pytest.approx(60.0, abs=1.0)
    store.note_uploaded(sha(b"one"), START)
    assert desk.step(60.0) is not None
    store.note_uploaded(sha(b"two"), START)
    assert desk.step(60.0) is None
    assert outbox.events == [event]
    assert outbox.events[0].data.files_pending == ()
    assert store.held() == []


def test_an_event_does_not_wait_longer_than_the_grace(store: NodeStore, make_event: MakeEvent) -> None:
    outbox = FakeOutbox()
    desk = EventDesk(store, outbox, FakeUploads(), grace_s=0.2)
    desk.start()
    begun_s = time.monotonic()
    store.note_uploaded(sha(b"one"), START)
    desk.put(make_event(files=(b"one", b"two")))
    eventually(lambda: bool(outbox.events))
    assert 0.15 < time.monotonic() - begun_s < 2.0
    assert outbox.events[0].data.files_pending == (sha(b"two"),)
    desk.stop()


def test_events_keep_their_order(store: NodeStore, make_event: MakeEvent) -> None:
    outbox = FakeOutbox()
    desk = EventDesk(store, outbox, FakeUploads(), grace_s=60.0)
    slow, quick = make_event(files=(b"slow",)), make_event(second=1)
    desk.put(slow)
    desk.put(quick)
    assert desk.step(60.0) is not None
    assert outbox.events == []
    store.note_uploaded(sha(b"slow"), START)
    desk.step(60.0)
    assert [event.id for event in outbox.events] == [slow.id, quick.id]


def test_nothing_is_waited_for_without_central(store: NodeStore, make_event: MakeEvent) -> None:
    outbox = FakeOutbox()
    desk = EventDesk(store, outbox, None, grace_s=60.0)
    desk.put(make_event(files=(b"one",)))
    assert desk.step(0.0) is None
    assert outbox.events[0].data.files_pending == (sha(b"one"),)


def test_a_killed_nodes_held_events_are_found_again_and_none_is_doubled(tmp_path: Path, make_event: MakeEvent) -> None:
    outbox = Outbox(tmp_path / "outbox.sqlite", "site", "node")
    first = NodeStore(tmp_path / "node.sqlite")
    given, held = make_event(files=(b"x",)), make_event(second=1)
    desk = EventDesk(first, outbox, FakeUploads(), grace_s=60.0)
    desk.put(given)
    desk.put(held)
    outbox.put(given)  # killed after the outbox had it and before it was released here
    first.close()

    again = EventDesk(NodeStore(tmp_path / "node.sqlite"), outbox, FakeUploads(), grace_s=0.0)
    again.step(0.0)
    assert [event.id for event in outbox.pending(10)] == [given.id, held.id]
    assert [event.seq for event in outbox.pending(10)] == [1, 2]


def test_a_full_outbox_loses_nothing(store: NodeStore, make_event: MakeEvent) -> None:
    outbox = FakeOutbox(error=StorageError("disk full"))
    desk = EventDesk(store, outbox, None, grace_s=0.0)
    desk.put(make_event())
    assert desk._guarded_step(0.0) is not None
    assert desk.storage_errors == 1
    assert desk.waiting == 1
    outbox.error = None
    assert desk._guarded_step(0.0) is None
    assert len(outbox.events) == 1


def test_an_event_that_fits_no_contract_does_not_block_the_others(store: NodeStore, make_event: MakeEvent) -> None:
    outbox = FakeOutbox(error=MessageError("too large"))
    desk = EventDesk(store, outbox, None, grace_s=0.0)
    desk.put(make_event())
    desk.step(0.0)
    assert (desk.refused, desk.waiting) == (1, 0)


def test_stopping_gives_everything_to_the_outbox(store: NodeStore, make_event: MakeEvent) -> None:
    outbox = FakeOutbox()
    desk = EventDesk(store, outbox, FakeUploads(), grace_s=60.0)
    desk.start()
    desk.put(make_event(files=(b"late",)))
    desk.stop()
    assert outbox.events[0].data.files_pending == (sha(b"late"),)


def test_files_of_an_event(make_event: MakeEvent) -> None:
    assert files_of(make_event(files=(b"a", b"b", b"a"))) == [sha(b"a"), sha(b"b")]


# --- open stops on a full disk ----------------------------------------------------------------------------------------


def test_a_full_disk_delays_events_and_keeps_their_order(tmp_path: Path, make_event: MakeEvent) -> None:
    stops, sink = PatientStops(tmp_path / "stops.sqlite"), FakeOutbox(error=StorageError("disk full"))
    stopped = make_event()
    left = make_event("left", stopped.data.track, second=30)
    stops.put_through(stopped, sink)
    stops.put_through(left, sink)
    assert (stops.waiting, stops.storage_errors) == (2, 2)
    assert sink.events == []
    sink.error = None
    stops.flush()
    assert [event.id for event in sink.events] == [stopped.id, left.id]
    assert (stops.waiting, stops.count()) == (0, 0)


def test_a_disk_full_for_too_long_drops_the_oldest_and_says_so(
    tmp_path: Path, make_event: MakeEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.node.stops.MOST_WAITING", 3)
    stops, sink = PatientStops(tmp_path / "stops.sqlite"), FakeOutbox(error=StorageError("disk full"))
    events = [make_event(second=number) for number in range(5)]
    for event in events:
        stops.put_through(event, sink)
    assert (stops.waiting, stops.lost) == (3, 2)
    sink.error = None
    stops.flush()
    assert [event.id for event in sink.events] == [event.id for event in events[2:]]


def test_a_store_that_cannot_be_opened_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be used"):
        NodeStore(tmp_path / "file" / "node.sqlite")
