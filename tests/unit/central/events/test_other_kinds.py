"""What other detectors than parking report is taken in, kept and shown, though no case comes of it yet."""

import json
from datetime import timedelta

import pytest

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
    NodeEvent,
    PathPoint,
    TimeSource,
    event_type,
    parse_event,
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


COMMON = {
    "track": TRACK,
    "camera": "kerb-1",
    "zone": "north",
    "zone_sha256": "0" * 64,
    "clock": {"source": "camera", "error_s": 0.0},
}
BOX = {"left": 1, "top": 2, "right": 30, "bottom": 40}
TRUCK = {"vehicle": "truck", "plate": {}, "box": BOX, "stopped_at": "2026-06-01T04:00:00Z", "signs": ["bed"]}
TRADE = {
    "form": "street",
    "began_at": "2026-06-01T04:00:00Z",
    "until": "2026-06-01T04:05:00Z",
    "minutes": 5.0,
    "attended_share": 0.9,
    "people": 2,
    "goods": [BOX],
}
EBIKE = {"lift": "east", "box": BOX, "entered_at": "2026-06-01T04:00:00Z", "looks": 3, "of_looks": 5}
CHARGING = {"basis": "socket", "socket": "hall", "watts": 180.0, "box": BOX, "since": "2026-06-01T04:00:00Z", "stood_s": 32.0}
ENTRY = {"lane": "east-in", "plate": {}, "looks": {"seen": 5, "clear": 2, "agreed": 2}, "appeared_at": "2026-06-01T04:00:00Z"}
OTHERS: dict[str, dict[str, object]] = {
    "charging.suspected.v1": CHARGING,
    "charging.ended.v1": CHARGING,
    "plate.seen.v1": {**ENTRY, "outcome": "doubtful", "proposal": "浙A12345", "box": BOX},
    "tipping.suspected.v1": TRUCK,
    "ebike.seen.v1": {**EBIKE, "door": "fire"},
    "ebike.left.v1": {**EBIKE, "left_at": "2026-06-01T04:01:00Z", "requests": []},
    "trading.seen.v1": TRADE,
    "trading.ended.v1": {**TRADE, "reason": "cleared"},
    "tipping.ended.v1": {**TRUCK, "left_at": None, "heap_looked_for": False},
}


@pytest.mark.parametrize("kind", OTHERS)
def test_every_other_kind_is_kept_and_listed(kind: str, database: Database, clock: ManualClock, node: KnownNode) -> None:
    record = make_record(node.topics, 1, b"picture", node.key)
    event: NodeEvent = parse_event(
        json.dumps(
            {
                "id": SEEN,
                "source": node.topics.prefix,
                "subject": "a-1",
                "time": clock.now().isoformat(),
                "seq": 1,
                "type": kind,
                "data": {**COMMON, **OTHERS[kind], "evidence": [EvidenceFile(record=record).model_dump(mode="json")]},
            }
        )
    )
    assert event_type(type(event)) == kind
    batch = sort_messages([Incoming(node.topics.event(event.type), event.model_dump_json().encode())])
    assert batch.refused == []
    with database.session() as session:
        store_batch(session, batch, clock.now())
    handlers = dict.fromkeys(EVENTS_WITH_EVIDENCE, (record_evidence,))
    assert EventDispatcher(database, clock, handlers, Metrics()).run_once() == 1
    with database.reader() as session:
        assert [(row.type, row.state) for row in list_events(session)] == [(kind, EventState.HANDLED.value)]
        assert len(records_of_event(session, SEEN)) == 1
