"""The outbox: nothing put is lost, nothing is numbered twice, everything is sent until it is acknowledged."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from ulid import ULID

from tests.unit.yuhang.samples import camera_changed
from yuhang.clock import ManualClock
from yuhang.errors import MessageError, StorageError
from yuhang.messages import MAX_EVENT_BYTES, Ack, parse_event
from yuhang.outbox import Outbox, OutboxSender, SenderConfig
from yuhang.topics import NodeTopics

TOPICS = NodeTopics("site", "node")


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    opened = Outbox(tmp_path / "outbox.db", "site", "node")
    yield opened
    opened.close()


def test_events_are_numbered_kept_and_forgotten(outbox: Outbox) -> None:
    events = [outbox.put(camera_changed(number)) for number in range(3)]
    assert [event.seq for event in events] == [1, 2, 3]
    pending = outbox.pending(10)
    assert [parse_event(stored.payload) for stored in pending] == events
    assert [stored.type for stored in pending] == ["camera.changed.v1"] * 3
    assert outbox.pending(1, after_seq=1)[0].seq == 2
    assert outbox.acknowledge([events[1].id, str(ULID())]) == 1
    assert [stored.seq for stored in outbox.pending(10)] == [1, 3]
    assert outbox.count() == 2


def test_the_same_event_put_again_keeps_its_number(outbox: Outbox) -> None:
    event = camera_changed()
    assert outbox.put(event) == outbox.put(event)
    assert outbox.count() == 1
    assert outbox.put(camera_changed()).seq == 2


def test_a_number_is_not_given_again_after_everything_was_acknowledged(tmp_path: Path) -> None:
    for expected in (1, 2, 3):
        outbox = Outbox(tmp_path / "outbox.db", "site", "node")
        event = outbox.put(camera_changed())
        assert event.seq == expected
        outbox.acknowledge([event.id])
        outbox.close()


def test_events_of_another_node_or_too_large_are_refused_and_use_no_number(outbox: Outbox) -> None:
    with pytest.raises(MessageError, match="yuhang/v1/site/other"):
        outbox.put(camera_changed(source="yuhang/v1/site/other"))
    small, large = camera_changed(), camera_changed()
    padding = large.data.model_construct(**{**large.data.__dict__, "detail": "x" * MAX_EVENT_BYTES})
    with pytest.raises(MessageError, match="more than"):
        outbox.put_many([small, large.model_copy(update={"data": padding})])
    assert (outbox.count(), outbox.last_seq()) == (0, 0)


def test_a_full_disk_is_a_storage_error_and_keeps_all_that_was_there(outbox: Outbox) -> None:
    kept = [outbox.put(camera_changed()) for _ in range(3)]
    pages = outbox._connection.execute("PRAGMA page_count").fetchone()[0]
    outbox._connection.execute(f"PRAGMA max_page_count = {pages + 1}")

    def fill() -> None:
        while True:
            kept.append(outbox.put(camera_changed(detail="d" * 300)))

    with pytest.raises(StorageError, match="full"):
        fill()
    assert [stored.id for stored in outbox.pending(1000)] == [event.id for event in kept]
    with pytest.raises(StorageError, match="full"):
        outbox.put_many([camera_changed(detail="d" * 300) for _ in range(100)])
    assert outbox.count() == len(kept) == outbox.last_seq()
    outbox.acknowledge([event.id for event in kept])
    assert outbox.put(camera_changed()).seq == len(kept) + 1


def test_a_file_that_is_no_outbox_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "outbox.db").write_bytes(b"not a database" * 100)
    with pytest.raises(StorageError, match="not a database"):
        Outbox(tmp_path / "outbox.db", "site", "node")


class AnyOrder(RuleBasedStateMachine):
    """Put, acknowledge and restart in any order, beside a plain list that says what must be there."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.path = Path(self.folder.name, "outbox.db")
        self.outbox = Outbox(self.path, "site", "node")
        self.expected: list[tuple[int, str]] = []
        self.last = 0

    @rule(count=st.integers(0, 4))
    def put(self, count: int) -> None:
        for event in self.outbox.put_many([camera_changed() for _ in range(count)]):
            self.last += 1
            assert event.seq == self.last
            self.expected.append((event.seq, event.id))

    @precondition(lambda self: self.expected)
    @rule(data=st.data())
    def put_again(self, data: st.DataObject) -> None:
        seq, event_id = data.draw(st.sampled_from(self.expected))
        assert self.outbox.put(camera_changed().model_copy(update={"id": event_id})).seq == seq

    @rule(data=st.data())
    def acknowledge(self, data: st.DataObject) -> None:
        gone = data.draw(st.sets(st.sampled_from(self.expected))) if self.expected else set()
        assert self.outbox.acknowledge([*(event_id for _, event_id in gone), str(ULID())]) == len(gone)
        self.expected = [item for item in self.expected if item not in gone]

    @rule()
    def restart(self) -> None:
        self.outbox.close()
        self.outbox = Outbox(self.path, "site", "node")

    @invariant()
    def holds_what_is_expected(self) -> None:
        assert [(stored.seq, stored.id) for stored in self.outbox.pending(1000)] == self.expected

    def teardown(self) -> None:
        self.outbox.close()
        self.folder.cleanup()


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=15, stateful_step_count=15)


_PUTTER = """
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from tests.unit.yuhang.samples import camera_changed
from yuhang.outbox import Outbox
outbox = Outbox(Path(sys.argv[1]), "site", "node")
while True:
    event = outbox.put(camera_changed())
    print(event.seq, event.id, flush=True)
"""


def test_kill_9_loses_and_renumbers_nothing(tmp_path: Path) -> None:
    promised: dict[int, str] = {}
    for _ in range(2):
        process = subprocess.Popen(
            [sys.executable, "-c", _PUTTER, str(tmp_path / "outbox.db")], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(20)]
        os.kill(process.pid, signal.SIGKILL)
        rest, _ = process.communicate()
        lines += rest[: rest.rfind("\n") + 1].splitlines()
        for line in lines:
            seq, event_id = line.split()
            assert int(seq) not in promised
            promised[int(seq)] = event_id
    outbox = Outbox(tmp_path / "outbox.db", "site", "node")
    kept = {stored.seq: stored.id for stored in outbox.pending(1_000_000)}
    assert promised.items() <= kept.items()
    assert outbox.put(camera_changed()).seq == max(kept) + 1 == len(kept) + 1
    outbox.close()


# --- sending ---------------------------------------------------------------------------------------------------------


class FakeSession:
    """A session without a broker: keeps what was published."""

    def __init__(self) -> None:
        self.connected = True
        self.capacity = 1_000_000
        self.sent: list[tuple[str, int]] = []
        self.handler: Callable[[str, bytes], None] = lambda _topic, _payload: None
        self.connect: Callable[[], None] = lambda: None

    def publish(self, topic: str, payload: bytes, qos: int = 1) -> bool:
        if len(self.sent) >= self.capacity:
            return False
        self.sent.append((topic, parse_event(payload).seq))
        return True

    def subscribe(self, _topic_filter: str, handler: Callable[[str, bytes], None], qos: int = 1) -> None:
        self.handler = handler

    def on_connect(self, callback: Callable[[], None]) -> None:
        self.connect = callback

    def acknowledge(self, *ids: str) -> None:
        self.handler(TOPICS.ack, Ack(ids=ids).model_dump_json().encode())

    def take(self) -> list[int]:
        seqs = [seq for _topic, seq in self.sent]
        self.sent.clear()
        return seqs


@pytest.fixture
def session() -> FakeSession:
    return FakeSession()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def sender(outbox: Outbox, session: FakeSession, clock: ManualClock) -> OutboxSender:
    return OutboxSender(outbox, session, TOPICS, clock, SenderConfig(window=3, ack_timeout_s=10))


def test_events_go_out_in_order_within_the_window(outbox: Outbox, session: FakeSession, sender: OutboxSender) -> None:
    events = outbox.put_many([camera_changed() for _ in range(5)])
    assert sender.step() == 3
    assert session.sent[0][0] == "yuhang/v1/site/node/event/camera.changed"
    assert session.take() == [1, 2, 3]
    assert sender.step() == 0
    session.acknowledge(events[1].id)
    sender.step()
    assert session.take() == [4]
    session.acknowledge(events[0].id, events[2].id, events[3].id)
    sender.step()
    assert session.take() == [5]
    assert outbox.count() == 1


def test_late_events_are_sent_again_and_a_clock_stepped_back_counts_as_late(
    outbox: Outbox, session: FakeSession, sender: OutboxSender, clock: ManualClock
) -> None:
    outbox.put_many([camera_changed() for _ in range(2)])
    sender.step()
    clock.advance(9)
    sender.step()
    assert session.take() == [1, 2]
    clock.advance(2)
    sender.step()
    assert session.take() == [1, 2]
    clock.advance(-3600)
    sender.step()
    assert session.take() == [1, 2]
    assert sender.counters.sent_again == 4


def test_on_a_fast_clock_the_timeout_is_in_real_seconds(
    outbox: Outbox, session: FakeSession, sender: OutboxSender, clock: ManualClock
) -> None:
    clock.speed = 60.0
    outbox.put(camera_changed())
    sender.step()
    clock.advance(599)
    assert sender.step() == 0
    clock.advance(2)
    assert sender.step() == 1


def test_after_a_reconnect_everything_is_sent_again_in_order(outbox: Outbox, session: FakeSession, sender: OutboxSender) -> None:
    outbox.put_many([camera_changed() for _ in range(3)])
    session.capacity = 2  # the connection breaks while sending
    sender.step()
    assert session.take() == [1, 2]
    session.connected = False
    assert sender.step() == 0
    session.connected, session.capacity = True, 100
    session.connect()
    sender.step()
    assert session.take() == [1, 2, 3]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b'{"ids": "x"}',
        b'{"ids": ["x"]}',
        b'{"ids": [' + b"[" * 10_000,
        b'{"ids": [], "more": 1}',
        b"null",
    ],
)
def test_hostile_acknowledgements_are_counted(outbox: Outbox, session: FakeSession, sender: OutboxSender, payload: bytes) -> None:
    outbox.put(camera_changed())
    session.handler(TOPICS.ack, payload)
    sender.step()
    assert sender.counters.bad_acks == 1
    assert outbox.count() == 1


def test_unknown_acknowledgements_are_passed_over(outbox: Outbox, session: FakeSession, sender: OutboxSender) -> None:
    event = outbox.put(camera_changed())
    sender.step()
    session.acknowledge(str(ULID()), event.id)
    session.acknowledge(event.id)
    sender.step()
    assert (sender.counters.acknowledged, sender.counters.unknown_acks, outbox.count()) == (1, 1, 0)


def test_an_acknowledgement_that_cannot_be_written_is_kept_for_later(
    outbox: Outbox, session: FakeSession, sender: OutboxSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = outbox.put(camera_changed())
    session.acknowledge(event.id)

    def full(_ids: object) -> int:
        raise StorageError("full")

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "acknowledge", full)
        with pytest.raises(StorageError):
            sender.step()
    sender.step()
    assert outbox.count() == 0
