"""The contract on the wire: every message that nodes and central exchange, and nothing else.

These models are the only source; the AsyncAPI document and the JSON Schemas are generated from them (`yuhang schema write`) and
compared in CI. Events follow CloudEvents 1.0 in structured JSON mode. All times are timezone-aware and travel as UTC.
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from yuhang.errors import MessageError

MAX_PAYLOAD_BYTES = 1024 * 1024
"""No message is larger; a broker closes the connection of a client that sends more than it takes."""
MAX_EVENT_BYTES = 256 * 1024
"""No event is larger."""


def _to_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError as error:  # the first or last hours of the calendar, in another zone
        raise ValueError("time out of range") from error


Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
"""Name of a site, node, camera or zone: lower-case letters, digits and hyphens, safe in topics, paths and addresses."""
Ulid = Annotated[str, Field(pattern=r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
UtcTime = Annotated[AwareDatetime, AfterValidator(_to_utc)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Message(BaseModel):
    """Base of everything on the wire: immutable, unknown keys refused, no infinities."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, ser_json_bytes="base64")


# --- parts -----------------------------------------------------------------------------------------------------------


class Box(Message):
    """Rectangle in pixels of the full-resolution picture, origin top left; right and bottom lie outside the box."""

    left: int = Field(ge=0)
    top: int = Field(ge=0)
    right: int = Field(ge=0)
    bottom: int = Field(ge=0)


class TimeSource(StrEnum):
    """Where a frame's time comes from (DESIGN: frame time is the camera's where it gives one, else arrival)."""

    CAMERA = "camera"  # RTCP sender report
    ARRIVAL = "arrival"  # arrival at the node, smoothed by the stream's own time stamps
    RECORDING = "recording"  # a recording's own clock


class FrameClock(Message):
    """How far the time of a picture can be trusted."""

    source: TimeSource
    error_s: Seconds = Field(description="largest error of the frame's time against the node's clock, seconds")
    offset_s: float | None = Field(
        default=None,
        description="measured offset of the node's clock against Beijing time, seconds; null if never measured",
    )


class VehicleClass(StrEnum):
    """Kind of vehicle as the detector names it."""

    CAR = "car"
    TRUCK = "truck"
    BUS = "bus"
    MOTORCYCLE = "motorcycle"
    BICYCLE = "bicycle"


class PlateRead(Message):
    """A number plate read by consensus of several frames; `text` is null while it is unread."""

    text: str | None = Field(default=None, max_length=12)
    colour: str | None = Field(default=None, description="blue, green, yellow, white, black")
    confidence: float = Field(default=0.0, ge=0, le=1)
    frames: int = Field(default=0, ge=0, description="frames that agree on the text")
    width_px: int = Field(default=0, ge=0, description="widest plate seen, pixels")


class EvidenceKind(StrEnum):
    """What a file shows."""

    ARRIVAL = "arrival"  # the vehicle when it came to rest
    NOTICE = "notice"  # the vehicle when the warning dwell was reached: the picture before the notice
    PRESENT = "present"  # the vehicle still there
    LEFT = "left"  # the place after the vehicle has left
    PLATE = "plate"  # close-up of the plate
    CLIP = "clip"  # the camera's own packets around a moment


class EvidenceRecord(Message):
    """One link of a node's evidence chain: what was captured, bound to the record before it and signed by the node."""

    version: Literal[1] = 1
    site: Slug
    node: Slug
    seq: int = Field(ge=1, description="position in the node's chain, without gaps")
    previous: Sha256 = Field(description="hash of the record before; 64 zeros for the first")
    file_sha256: Sha256
    size: int = Field(ge=0)
    media_type: str = Field(max_length=100)
    kind: EvidenceKind
    camera: Slug
    captured_at: UtcTime
    clock: FrameClock
    models: dict[str, Sha256] = Field(description="models that looked at the picture, by name")
    config_sha256: Sha256
    hash_algorithm: Literal["sha256"] = "sha256"
    signature_algorithm: Literal["ed25519"] = "ed25519"
    key_id: str = Field(max_length=64, description="first 16 hexadecimal digits of the SHA-256 of the public key")
    hash: Sha256 = Field(description="SHA-256 of the record's canonical JSON without `hash` and `signature`")
    signature: str = Field(max_length=128, description="base64 signature over the hash's bytes")


class EvidenceFile(Message):
    """A file that an event names; its bytes go over HTTP to /api/v1/evidence/<sha256>."""

    record: EvidenceRecord
    width: int | None = Field(default=None, ge=1)
    height: int | None = Field(default=None, ge=1)
    subject: Box | None = Field(default=None, description="the vehicle that the event is about")
    blur: tuple[Box, ...] = Field(default=(), description="other people and plates, to be blurred before publication")


class Observation(Message):
    """An interval in which the vehicle was watched in its place, and the longest time without confirming it."""

    since: UtcTime
    until: UtcTime
    longest_gap_s: Seconds = Field(description="longest stretch of frame time without the vehicle confirmed")
    frames: int = Field(ge=1, description="frames in which the vehicle was confirmed")
    min_overlap: float = Field(ge=0, le=1, description="smallest overlap (IoU) of its box with the box at rest")


# --- events ----------------------------------------------------------------------------------------------------------


class ParkingData(Message):
    """What every parking event says about one stop of one vehicle in one zone."""

    track: Ulid = Field(description="the stop; stays the same from stopped to left or unobserved")
    camera: Slug
    zone: Slug
    zone_sha256: Sha256 = Field(description="hash of the zone's configuration")
    vehicle: VehicleClass
    plate: PlateRead
    box: Box
    stopped_at: UtcTime = Field(description="frame time at which the vehicle came to rest")
    observation: Observation
    clock: FrameClock
    evidence: tuple[EvidenceFile, ...] = ()
    files_pending: tuple[Sha256, ...] = Field(default=(), description="files not yet uploaded when the event was sent")


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


class ParkingUnobserved(ParkingData):
    """Observation broke off; what happened after `last_seen_at` is not known and proves nothing."""

    reason: UnobservedReason
    last_seen_at: UtcTime


class CameraCondition(StrEnum):
    """Whether a camera can be judged by. Everything but `ok` means "cannot judge", never "nothing happened"."""

    OK = "ok"
    LOST = "lost"
    MOVED = "moved"
    DARK = "dark"
    BLOCKED = "blocked"
    BLURRED = "blurred"


class CameraChanged(Message):
    """A camera's condition has changed."""

    camera: Slug
    condition: CameraCondition
    previous: CameraCondition
    since: UtcTime
    detail: str = Field(default="", max_length=300)


class EventEnvelope(Message):
    """CloudEvents 1.0, structured mode, with the extension attribute `seq`."""

    specversion: Literal["1.0"] = "1.0"
    id: Ulid
    source: str = Field(pattern=r"^yuhang/v1/[a-z0-9-]+/[a-z0-9-]+$", description="topic prefix of the node")
    subject: str = Field(max_length=64, description="address code of the place")
    time: UtcTime = Field(description="the frame's own time")
    datacontenttype: Literal["application/json"] = "application/json"
    seq: int = Field(ge=0, le=2**53 - 1, description="per-node sequence number, given by the outbox from 1 up; 0 before")


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
Event = Annotated[ParkingEvent | CameraChangedEvent, Field(discriminator="type")]
EVENT: TypeAdapter[ParkingEvent | CameraChangedEvent] = TypeAdapter(Event)  # type: ignore[arg-type]  # an annotated union is no class to mypy


def parse_event(payload: bytes | str) -> ParkingEvent | CameraChangedEvent:
    """One event from its JSON, or `MessageError` with the first thing that is wrong in it."""
    if len(payload) > MAX_EVENT_BYTES:
        raise MessageError(f"payload: {len(payload)} bytes are more than {MAX_EVENT_BYTES}")
    try:
        return EVENT.validate_json(payload)
    except ValidationError as error:
        raise MessageError(first_error(error)) from error


def first_error(error: ValidationError) -> str:
    """The first finding of pydantic as one line: where and what, without the offending value."""
    finding = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part) for part in finding["loc"]) or "payload"
    return f"{place}: {finding['msg']}"


# --- node state, description, telemetry ------------------------------------------------------------------------------


class NodeState(Message):
    """Retained on .../state: the birth message and, with the same session, the last will."""

    status: Literal["online", "lost", "stopped"]
    session: Ulid = Field(description="one run of the node; a `lost` of an older session is ignored")
    since: UtcTime


class ZoneDescription(Message):
    """A zone as the node watches it."""

    zone: Slug
    name: str = Field(max_length=100)
    kind: str = Field(max_length=40, description="detector that watches it, for example parking")
    address: str = Field(max_length=64, description="address code, the subject of its events")
    polygon: tuple[tuple[float, float], ...] = Field(description="corners as fractions of the picture's width and height")
    sha256: Sha256


class CameraDescription(Message):
    """A camera of a node."""

    camera: Slug
    name: str = Field(max_length=100)
    width: int | None = None
    height: int | None = None
    latitude: float | None = Field(default=None, ge=-90, le=90, description="WGS-84")
    longitude: float | None = Field(default=None, ge=-180, le=180, description="WGS-84")
    zones: tuple[ZoneDescription, ...] = ()


class NodeDescription(Message):
    """Retained on .../describe: what the node is and what it runs."""

    cameras: tuple[CameraDescription, ...]
    models: dict[str, Sha256]
    config_sha256: Sha256
    config_version: int = Field(ge=0)
    software: str = Field(max_length=40)
    clock_offset_s: float | None = None
    public_key: str = Field(max_length=128, description="Ed25519 public key, base64 of the 32 raw bytes")
    key_id: str = Field(max_length=64)


class Health(Message):
    """`telemetry/health`: counters and gauges of a node by name."""

    time: UtcTime
    values: dict[str, float]


class SeenVehicle(Message):
    """A vehicle in the live view."""

    box: Box
    vehicle: VehicleClass
    plate: str | None = None
    zone: Slug | None = None
    track: Ulid | None = None
    stopped_at: UtcTime | None = None


class LiveView(Message):
    """`telemetry/live`: what a camera sees now, for the screens; QoS 0, never stored."""

    camera: Slug
    time: UtcTime
    width: int = Field(ge=1)
    height: int = Field(ge=1)
    condition: CameraCondition
    vehicles: tuple[SeenVehicle, ...]


# --- central to node -------------------------------------------------------------------------------------------------


class Ack(Message):
    """Ids of events that central has committed; the node may forget them."""

    ids: tuple[Ulid, ...]


class Command(Message):
    """Base of all commands; a node refuses one that has expired."""

    id: Ulid
    expires_at: UtcTime


class Reobserve(Command):
    """`command/reobserve`: take a picture of this stop at `due_at` (or at once if that has passed) and send `parking.present`."""

    track: Ulid
    due_at: UtcTime


class DesiredConfig(Message):
    """Retained on .../config: the configuration that central wants the node to run."""

    version: int = Field(ge=1)
    sha256: Sha256 = Field(description="of the document's UTF-8 bytes")
    document: str = Field(description="the node's YAML configuration")


class Reply(Message):
    """.../reply/<id>: a node's answer to a command."""

    id: Ulid
    status: Literal["done", "accepted", "refused", "expired"]
    detail: str = Field(default="", max_length=300)
    time: UtcTime
