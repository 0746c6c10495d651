"""What every event is wrapped in, and what every event of a detector says."""

from typing import Literal

from pydantic import Field

from yuhang.messages.base import Count, FrameClock, Message, Sha256, Slug, Ulid, UtcTime
from yuhang.messages.evidence import EvidenceFile


class EventEnvelope(Message):
    """CloudEvents 1.0, structured mode, with the extension attribute `seq`."""

    specversion: Literal["1.0"] = "1.0"
    id: Ulid
    source: str = Field(pattern=r"^yuhang/v1/[a-z0-9-]+/[a-z0-9-]+$", description="topic prefix of the node")
    subject: str = Field(max_length=64, description="address code of the place")
    time: UtcTime = Field(description="the frame's own time")
    datacontenttype: Literal["application/json"] = "application/json"
    seq: Count = Field(description="per-node sequence number, given by the outbox from 1 up; 0 before")


class DetectedData(Message):
    """What every event of a zone's detector says: whose zone, by which clock, with which evidence."""

    track: Ulid = Field(description="the matter; the same in all its events")
    camera: Slug
    zone: Slug
    zone_sha256: Sha256 = Field(description="hash of the zone's configuration")
    config_version: Count = Field(default=0, description="version of the configuration that ran; 0: the node's file alone")
    clock: FrameClock
    evidence: tuple[EvidenceFile, ...] = ()
    files_pending: tuple[Sha256, ...] = Field(default=(), description="files not yet uploaded when the event was sent")


class EvidenceAdded(DetectedData):
    """Files that could only be made after the event they belong to, such as the seconds that follow a moment."""

    of: Ulid = Field(description="id of the event that the files belong to")


class EvidenceAddedEvent(EventEnvelope):
    """`evidence.added`."""

    type: Literal["evidence.added.v1"] = "evidence.added.v1"
    data: EvidenceAdded
