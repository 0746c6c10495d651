"""Events, as CloudEvents 1.0 in structured JSON mode: what nodes report and central acts on."""

from enum import StrEnum
from typing import Annotated, Any, Literal, cast, get_args

from pydantic import Field, TypeAdapter, ValidationError

from yuhang.errors import MessageError
from yuhang.messages.base import (
    MAX_EVENT_BYTES,
    Box,
    CameraCondition,
    Count,
    Message,
    PlateRead,
    Seconds,
    Slug,
    Ulid,
    UtcTime,
    VehicleClass,
    first_error,
)
from yuhang.messages.charging import ChargingEndedEvent, ChargingSuspectedEvent
from yuhang.messages.dispatch import SmokeAlarmEvent
from yuhang.messages.ebike import EbikeLeftEvent, EbikeSeenEvent
from yuhang.messages.envelope import DetectedData, EventEnvelope, EvidenceAddedEvent
from yuhang.messages.evidence import EvidenceFile
from yuhang.messages.face import FaceDecidedEvent
from yuhang.messages.falling import FallingSeenEvent
from yuhang.messages.plate_entry import PlateSeenEvent
from yuhang.messages.socket import SocketCutEvent, SocketStuckEvent
from yuhang.messages.tipping import TippingEndedEvent, TippingSuspectedEvent
from yuhang.messages.trading import TradingEndedEvent, TradingSeenEvent


class Observation(Message):
    """An interval in which the vehicle was watched in its place, and the longest time without confirming it."""

    since: UtcTime
    until: UtcTime
    longest_gap_s: Seconds = Field(description="longest stretch of frame time without the vehicle confirmed")
    frames: Count = Field(ge=1, description="frames in which the vehicle was confirmed")
    min_overlap: float = Field(ge=0, le=1, description="smallest overlap (IoU) of its box with the box at rest")
    detector_frames: int = Field(
        default=0, ge=0, description="of `frames`, those in which the detector found it; in the others the unchanged pixels did"
    )
    longest_detector_gap_s: Seconds = Field(default=0.0, description="longest stretch without the detector finding it")


class ParkingData(DetectedData):
    """What every parking event says about one stop of one vehicle in one zone."""

    track: Ulid = Field(description="the stop; stays the same from stopped to left or unobserved")
    vehicle: VehicleClass
    plate: PlateRead
    box: Box
    stopped_at: UtcTime = Field(description="frame time at which the vehicle came to rest")
    observation: Observation


class ParkingStopped(ParkingData):
    """The vehicle has stood for the warning dwell: the moment for a notice."""

    dwell_s: Seconds


class ParkingPresent(ParkingData):
    """The vehicle still stands in the same place."""

    dwell_s: Seconds
    reobserve: Ulid | None = Field(default=None, description="the command that this picture answers, if any")


class ParkingLeft(ParkingData):
    """The vehicle has left the zone or the place it stood in."""

    left_at: UtcTime
    dwell_s: Seconds


class UnobservedReason(StrEnum):
    """Why nobody can say whether the vehicle stayed."""

    GAP = "gap"  # not confirmed for longer than the allowed gap
    CAMERA_LOST = "camera_lost"
    CAMERA_MOVED = "camera_moved"
    CANNOT_SEE = "cannot_see"  # dark, blurred or blocked
    NODE_RESTARTED = "node_restarted"
    RECORDING_ENDED = "recording_ended"
    ZONE_CHANGED = "zone_changed"  # the zone was removed, or drawn anew without the vehicle in it


class ParkingUnobserved(ParkingData):
    """Observation broke off; what happened after `last_seen_at` is not known and proves nothing."""

    reason: UnobservedReason
    last_seen_at: UtcTime


class CameraChanged(Message):
    """A camera's condition has changed."""

    camera: Slug
    condition: CameraCondition
    previous: CameraCondition
    since: UtcTime
    detail: str = Field(default="", max_length=300)


class ParkingStoppedEvent(EventEnvelope):
    """`parking.stopped`."""

    type: Literal["parking.stopped.v1"] = "parking.stopped.v1"
    data: ParkingStopped


class ParkingPresentEvent(EventEnvelope):
    """`parking.present`."""

    type: Literal["parking.present.v1"] = "parking.present.v1"
    data: ParkingPresent


class ParkingLeftEvent(EventEnvelope):
    """`parking.left`."""

    type: Literal["parking.left.v1"] = "parking.left.v1"
    data: ParkingLeft


class ParkingUnobservedEvent(EventEnvelope):
    """`parking.unobserved`."""

    type: Literal["parking.unobserved.v1"] = "parking.unobserved.v1"
    data: ParkingUnobserved


class CameraChangedEvent(EventEnvelope):
    """`camera.changed`."""

    type: Literal["camera.changed.v1"] = "camera.changed.v1"
    data: CameraChanged


ParkingEvent = ParkingStoppedEvent | ParkingPresentEvent | ParkingLeftEvent | ParkingUnobservedEvent
NodeEvent = (
    ParkingEvent
    | CameraChangedEvent
    | FallingSeenEvent
    | TippingSuspectedEvent
    | TippingEndedEvent
    | TradingSeenEvent
    | TradingEndedEvent
    | EbikeSeenEvent
    | EbikeLeftEvent
    | FaceDecidedEvent
    | ChargingSuspectedEvent
    | ChargingEndedEvent
    | PlateSeenEvent
    | EvidenceAddedEvent
    | SmokeAlarmEvent
    | SocketCutEvent
    | SocketStuckEvent
)
"""Any event that a node sends."""
EVENT_CLASSES: tuple[type[EventEnvelope], ...] = get_args(NodeEvent)
Event = Annotated[NodeEvent, Field(discriminator="type")]
EVENT: TypeAdapter[NodeEvent] = TypeAdapter(cast("Any", Event))  # to mypy an annotated union is a class or none, as it happens


WITHOUT_EVIDENCE: tuple[type[EventEnvelope], ...] = (CameraChangedEvent, SmokeAlarmEvent, SocketCutEvent, SocketStuckEvent)
"""Events that come from no zone of a camera."""


def event_type(event: type[EventEnvelope]) -> str:
    """The name that an event of this class carries in `type`."""
    return str(event.model_fields["type"].default)


def parse_event(payload: bytes | str) -> NodeEvent:
    """One event from its JSON, or `MessageError` with the first thing that is wrong in it."""
    if len(payload) > MAX_EVENT_BYTES:
        raise MessageError(f"payload: {len(payload)} bytes are more than {MAX_EVENT_BYTES}")
    try:
        return EVENT.validate_json(payload)
    except ValidationError as error:
        raise MessageError(first_error(error)) from error


def evidence_of(event: NodeEvent) -> tuple[EvidenceFile, ...]:
    """The files that an event brings; what comes from no zone of a camera brings none."""
    return event.data.evidence if isinstance(event.data, DetectedData) else ()
