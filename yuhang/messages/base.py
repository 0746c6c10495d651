"""What all messages are made of."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

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
Seconds = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=2**53 - 1)]
"""A number that every JSON reader and every database keeps exactly."""
Pixel = Annotated[int, Field(ge=0, le=1_000_000)]


class Message(BaseModel):
    """Base of everything on the wire: immutable, unknown keys refused, no infinities."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, ser_json_bytes="base64")


class Box(Message):
    """Rectangle in pixels of the full-resolution picture, origin top left; right and bottom lie outside the box."""

    left: Pixel
    top: Pixel
    right: Pixel
    bottom: Pixel


class TimeSource(StrEnum):
    """Where a frame's time comes from (DESIGN: frame time is the camera's where it gives one, else arrival)."""

    CAMERA = "camera"  # RTCP sender report
    ARRIVAL = "arrival"  # arrival at the node, smoothed by the stream's own time stamps
    RECORDING = "recording"  # a recording's own clock


def _is_none(value: object) -> bool:
    return value is None


class FrameClock(Message):
    """How far the time of a picture can be trusted."""

    source: TimeSource
    error_s: Seconds = Field(description="largest error of the frame's time against the node's clock, seconds")
    offset_s: float | None = Field(
        default=None,
        description="measured offset of the node's clock against Beijing time, seconds; null if never measured",
    )
    # Left out where not known, so that records of before are still written as they were signed.
    offset_error_s: Seconds | None = Field(
        default=None, exclude_if=_is_none, description="largest error of that measurement, seconds; part of `error_s`"
    )
    reference: str | None = Field(
        default=None, max_length=300, exclude_if=_is_none, description="whose time it was: `central`, or `ntp:` and the server"
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
    colour: str | None = Field(default=None, max_length=20, description="blue, green, yellow, white, black")
    confidence: float = Field(default=0.0, ge=0, le=1)
    frames: Count = Field(default=0, description="frames that agree on the text")
    width_px: Pixel = Field(default=0, description="widest plate seen, pixels")


class CameraCondition(StrEnum):
    """Whether a camera can be judged by. Everything but `ok` means "cannot judge", never "nothing happened"."""

    OK = "ok"
    LOST = "lost"
    MOVED = "moved"
    DARK = "dark"
    BLOCKED = "blocked"
    BLURRED = "blurred"


_LONGEST_TAG = 60


def first_error(error: ValidationError) -> str:
    """The first finding of pydantic as one line: where and what, without the offending value."""
    finding = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in finding["loc"]) or "payload"
    if finding["type"] == "union_tag_invalid":  # pydantic would list all that are known
        tag = str(finding.get("ctx", {}).get("tag"))
        return f"{place}: {tag[:_LONGEST_TAG]!r} is none of the known types"
    return f"{place}: {finding['msg']}"
