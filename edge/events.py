"""From what the rules found to events on the wire."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from edge.camera_condition import ConditionChange
from edge.config import ZoneConfig
from edge.config_mark import ConfigMark
from edge.detectors.parking.rules import Finding, Left, Present, Stopped, Unobserved
from yuhang.ids import new_ulid
from yuhang.messages import (
    Box,
    CameraChanged,
    CameraChangedEvent,
    DetectedData,
    EventEnvelope,
    EvidenceFile,
    FrameClock,
    Message,
    ParkingEvent,
    ParkingLeft,
    ParkingLeftEvent,
    ParkingPresent,
    ParkingPresentEvent,
    ParkingStopped,
    ParkingStoppedEvent,
    ParkingUnobserved,
    ParkingUnobservedEvent,
    PlateRead,
)
from yuhang.topics import NodeTopics

IdMaker = Callable[[datetime], str]


@dataclass(frozen=True, slots=True)
class StopPapers:
    """What goes with a finding: the box in the picture, the plate, the clock, the evidence files."""

    box: Box
    plate: PlateRead
    clock: FrameClock
    evidence: tuple[EvidenceFile, ...] = ()


EventOfType = TypeVar("EventOfType", bound=EventEnvelope)


class EventWriter:
    """Writes the events of one node."""

    def __init__(self, site: str, node: str, config: ConfigMark, new_id: IdMaker = new_ulid) -> None:
        self._source = NodeTopics(site, node).prefix
        self._config = config
        self._new_id = new_id

    def parking(self, finding: Finding, camera: str, zone: ZoneConfig, papers: StopPapers) -> ParkingEvent:
        """The event of a parking finding."""
        stop, dwell = finding.stop, finding.stop.dwell
        common = {
            "track": stop.track,
            "camera": camera,
            "zone": zone.zone,
            "zone_sha256": zone.sha256,
            "config_version": self._config.version,
            "vehicle": stop.stander.vehicle,
            "plate": papers.plate,
            "box": papers.box,
            "stopped_at": dwell.since,
            "observation": dwell.observation(),
            "clock": papers.clock,
            "evidence": papers.evidence,
        }
        envelope = {"id": self._new_id(finding.at), "source": self._source, "subject": zone.address, "time": finding.at, "seq": 0}
        match finding:
            case Stopped():
                data = ParkingStopped.model_validate({**common, "dwell_s": dwell.seconds()})
                return ParkingStoppedEvent.model_validate({**envelope, "data": data})
            case Present():
                shown = ParkingPresent.model_validate({**common, "dwell_s": dwell.seconds(), "reobserve": finding.reobserve})
                return ParkingPresentEvent.model_validate({**envelope, "data": shown})
            case Left():
                stayed = max(0.0, (finding.at - dwell.since).total_seconds())
                left = ParkingLeft.model_validate({**common, "left_at": finding.at, "dwell_s": stayed})
                return ParkingLeftEvent.model_validate({**envelope, "data": left})
            case Unobserved():
                lost = ParkingUnobserved.model_validate({**common, "reason": finding.reason, "last_seen_at": dwell.last})
                return ParkingUnobservedEvent.model_validate({**envelope, "data": lost})

    def event(self, event_type: type[EventOfType], subject: str, at: datetime, data: Message) -> EventOfType:
        """An event of this type about the place `subject`."""
        if isinstance(data, DetectedData):
            data = data.model_copy(update={"config_version": self._config.version})
        return event_type.model_validate(
            {"id": self._new_id(at), "source": self._source, "subject": subject, "time": at, "seq": 0, "data": data}
        )

    def camera(self, change: ConditionChange, camera: str, subject: str, at: datetime) -> CameraChangedEvent:
        """The event of a changed camera condition."""
        data = CameraChanged(
            camera=camera,
            condition=change.condition,
            previous=change.previous,
            since=change.since,
            detail=change.detail[:300],
        )
        return CameraChangedEvent(id=self._new_id(at), source=self._source, subject=subject, time=at, seq=0, data=data)


def unobserved_from(event: ParkingEvent, finding_at: datetime, reason: str, new_id: IdMaker = new_ulid) -> ParkingUnobservedEvent:
    """The `parking.unobserved` that closes a stop of which only its last event is known (after a restart of the node)."""
    data = event.data.model_dump(
        exclude={"dwell_s", "reobserve", "left_at", "reason", "last_seen_at", "evidence", "files_pending"}
    )
    lost = ParkingUnobserved.model_validate({**data, "reason": reason, "last_seen_at": event.data.observation.until})
    return ParkingUnobservedEvent(
        id=new_id(finding_at), source=event.source, subject=event.subject, time=finding_at, seq=0, data=lost
    )
