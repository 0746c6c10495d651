"""Realistic events in quantity: `parking.stopped` with one signed evidence file, about 1.7 kB of JSON each."""

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ulid import ULID

from yuhang.evidence.canonical import NO_PREVIOUS, record_hash
from yuhang.evidence.keys import NodeKey
from yuhang.messages import (
    Box,
    EvidenceFile,
    EvidenceKind,
    EvidenceRecord,
    FrameClock,
    Observation,
    ParkingStopped,
    ParkingStoppedEvent,
    PlateRead,
    TimeSource,
    VehicleClass,
)
from yuhang.topics import NodeTopics

START = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
_DETECTOR = hashlib.sha256(b"detector").hexdigest()
_CONFIG = hashlib.sha256(b"config").hexdigest()
_CLOCK = FrameClock(source=TimeSource.CAMERA, error_s=0.04, offset_s=0.012)
_UNSIGNED = base64.b64encode(bytes(64)).decode()


@dataclass(frozen=True, slots=True)
class EncodedEvent:
    """An event ready to be published."""

    id: str
    topic: str
    payload: bytes


def make_record(topics: NodeTopics, seq: int, content: bytes, key: NodeKey, previous: str = NO_PREVIOUS) -> EvidenceRecord:
    """A signed record number `seq` for a picture of these bytes."""
    draft = EvidenceRecord(
        site=topics.site,
        node=topics.node,
        seq=seq,
        previous=previous,
        file_sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        media_type="image/jpeg",
        kind=EvidenceKind.NOTICE,
        camera="north-gate",
        captured_at=START + timedelta(seconds=seq),
        clock=_CLOCK,
        models={"nanodet": _DETECTOR},
        config_sha256=_CONFIG,
        key_id=key.key_id,
        hash=NO_PREVIOUS,
        signature=_UNSIGNED,
    )
    digest = record_hash(draft)
    return draft.model_copy(update={"hash": digest, "signature": key.sign(digest)})


def make_event(topics: NodeTopics, seq: int, record: EvidenceRecord) -> ParkingStoppedEvent:
    """A car has stood for a minute: event number `seq` of the node, with one picture."""
    time = START + timedelta(seconds=seq)
    stopped_at = time - timedelta(seconds=60)
    box = Box(left=412, top=288, right=731, bottom=502)
    return ParkingStoppedEvent(
        id=str(ULID()),
        source=topics.prefix,
        subject="330110001001",
        time=time,
        seq=seq,
        data=ParkingStopped(
            track=str(ULID()),
            camera="north-gate",
            zone="pavement",
            zone_sha256=_CONFIG,
            vehicle=VehicleClass.CAR,
            plate=PlateRead(text="浙A12345", colour="blue", confidence=0.97, frames=11, width_px=118),
            box=box,
            stopped_at=stopped_at,
            observation=Observation(since=stopped_at, until=time, longest_gap_s=0.6, frames=298, min_overlap=0.91),
            clock=_CLOCK,
            evidence=(EvidenceFile(record=record, width=1920, height=1080, subject=box, blur=(box,)),),
            dwell_s=60.0,
        ),
    )


def encoded_events(topics: NodeTopics, count: int, key: NodeKey, first: int = 1) -> Iterator[EncodedEvent]:
    """`count` different events of a node, cheap to make: one is built and validated, the others differ in ids and number."""
    record = make_record(topics, 1, b"picture", key)
    document = json.loads(make_event(topics, first, record).model_dump_json())
    document["id"], document["data"]["track"], document["seq"] = "@ID", "@TRACK", "@SEQ"
    template = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    head, _, rest = template.partition("@ID")
    topic = topics.event("parking.stopped.v1")
    for seq in range(first, first + count):
        event_id = str(ULID())
        text = head + event_id + rest.replace("@TRACK", event_id, 1).replace('"@SEQ"', str(seq), 1)
        yield EncodedEvent(event_id, topic, text.encode())
