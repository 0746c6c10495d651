"""What other detectors than parking report is taken in, kept and shown, though no case comes of it yet."""

from datetime import timedelta

from benchmarks.events import make_record
from central.database import Database
from central.events.dispatch import EventDispatcher
from central.events.service import list_events
from central.events.tables import EventState
from central.evidence.records import EVENTS_WITH_EVIDENCE, record_evidence, records_of_event
from central.ingest.sorting import Incoming, sort_messages
from central.ingest.storage import store_batch
from central.metrics import Metrics
from tests.unit.central.conftest import KnownNode
from yuhang.clock import ManualClock
from yuhang.messages import (
    Box,
    EvidenceAdded,
    EvidenceAddedEvent,
    EvidenceFile,
    FallingSeen,
    FallingSeenEvent,
    FloorRange,
    FrameClock,
    PathPoint,
    TimeSource,
)

SEEN, ADDED, TRACK = "01ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FAW", "01ARZ3NDEKTSV4RRFFQ69G5FAX"


def test_falls_and_late_clips_are_kept_with_their_evidence_and_listed(
    database: Database, clock: ManualClock, node: KnownNode
) -> None:
    now, topics = clock.now(), node.topics
    first = make_record(topics, 1, b"path", node.key)
    second = make_record(topics, 2, b"clip", node.key, first.hash)
    common = {
        "track": TRACK,
        "camera": "facade-1",
        "zone": "north",
        "zone_sha256": "0" * 64,
        "clock": FrameClock(source=TimeSource.CAMERA, error_s=0.0),
    }
    seen = FallingSeenEvent(
        id=SEEN,
        source=topics.prefix,
        subject="a-1",
        time=now,
        seq=1,
        data=FallingSeen(
            **common,
            evidence=(EvidenceFile(record=first),),
            box=Box(left=1, top=2, right=3, bottom=4),
            began_at=now - timedelta(seconds=2),
            ended_at=now,
            path=(PathPoint(after_s=0, x=1, y=2), PathPoint(after_s=2, x=3, y=4)),
            size_px=4,
            acceleration_m_s2=9.6,
            residual_px=0.4,
            floors=FloorRange(lowest=7, highest=8, height_m=19.4, height_error_m=0.3),
        ),
    )
    added = EvidenceAddedEvent(
        id=ADDED,
        source=topics.prefix,
        subject="a-1",
        time=now,
        seq=2,
        data=EvidenceAdded(**common, evidence=(EvidenceFile(record=second),), of=SEEN),
    )
    batch = sort_messages(Incoming(topics.event(one.type), one.model_dump_json().encode()) for one in (seen, added))
    assert batch.refused == []
    with database.session() as session:
        store_batch(session, batch, now)

    handlers = dict.fromkeys(EVENTS_WITH_EVIDENCE, (record_evidence,))
    assert EventDispatcher(database, clock, handlers, Metrics()).run_once() == 2

    with database.reader() as session:
        listed = {row.type: row for row in list_events(session)}
        assert {row.state for row in listed.values()} == {EventState.HANDLED.value}
        assert set(listed) == {"falling.seen.v1", "evidence.added.v1"}
        assert [len(records_of_event(session, event_id)) for event_id in (SEEN, ADDED)] == [1, 1]
