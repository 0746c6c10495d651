"""What a node says about itself: state, description, telemetry."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from yuhang.messages.base import Box, CameraCondition, Count, Message, Sha256, Slug, Ulid, UtcTime, VehicleClass

MOST_PROBLEMS = 21


class NodeState(Message):
    """Retained on .../state: the birth message and, with the same session, the last will."""

    status: Literal["online", "lost", "stopped"]
    session: Ulid = Field(description="one run of the node; a `lost` of an older session is ignored")
    since: UtcTime


class Named(Message):
    """What people call something, in the language of the place and in English."""

    name: str = Field(max_length=100)
    name_en: str = Field(default="", max_length=100, description="the name in English; empty: as `name`")

    def called(self, *, english: bool) -> str:
        """The name on a screen."""
        return (self.name_en if english else "") or self.name


class ZoneDescription(Named):
    """A zone as the node watches it."""

    zone: Slug
    kind: str = Field(max_length=40, description="detector that watches it, for example parking")
    address: str = Field(max_length=64, description="address code, the subject of its events")
    polygon: tuple[tuple[float, float], ...] = Field(description="corners as fractions of the picture's width and height")
    sha256: Sha256
    settings: dict[str, JsonValue] = Field(default={}, description="settings of the detector that are not its defaults")


class CameraDescription(Named):
    """A camera of a node."""

    camera: Slug
    width: int | None = None
    height: int | None = None
    latitude: float | None = Field(default=None, ge=-90, le=90, description="WGS-84")
    longitude: float | None = Field(default=None, ge=-180, le=180, description="WGS-84")
    zones: tuple[ZoneDescription, ...] = ()


class ConfigRefusal(Message):
    """A desired configuration that the node cannot run; it goes on with the one it has."""

    version: Count
    sha256: Sha256
    problems: tuple[Annotated[str, Field(max_length=500)], ...] = Field(
        max_length=MOST_PROBLEMS, description="one a line: version, line, key and what is wrong there"
    )


class NodeDescription(Message):
    """Retained on .../describe: what the node is and what it runs."""

    cameras: tuple[CameraDescription, ...]
    models: dict[str, Sha256]
    config_sha256: Sha256 = Field(description="of what runs now: the node's file and the zones that central has sent")
    config_version: int = Field(ge=0, description="of what runs now; 0: the node's file alone")
    config_refused: ConfigRefusal | None = None
    detectors: tuple[str, ...] = Field(default=(), description="kinds of detector that the node knows")
    software: str = Field(max_length=40)
    clock_offset_s: float | None = None
    public_key: str = Field(max_length=128, description="Ed25519 public key, base64 of the 32 raw bytes")
    key_id: str = Field(max_length=64)


class CameraReport(Message):
    """How a camera of the node is, and what came of its stream since the message before."""

    camera: Slug
    state: Literal["connecting", "live", "lost", "ended", "closed", "failed"] = Field(
        description="failed: its process died more often than its budget allows; it is tried again slowly"
    )
    detail: str = Field(default="", max_length=300, description="why, in the node's words")
    since: UtcTime | None = None
    restarts: Count = Field(default=0, description="how often its decoder process was started again")
    fps_in: float = Field(default=0.0, ge=0, description="packets a second that came in")
    fps_decoded: float = Field(default=0.0, ge=0, description="pictures a second that were decoded and due")
    fps_analysed: float = Field(default=0.0, ge=0, description="pictures a second that went through the pipeline")
    fps_detected: float = Field(default=0.0, ge=0, description="pictures a second at which the object detector looked")
    dropped: Count = Field(default=0, description="pictures replaced by newer ones before the pipeline took them, in all")
    damaged: Count = Field(default=0, description="packets that could not be decoded, in all")
    delay_s: float | None = Field(default=None, description="age of the newest picture when it was done, seconds")


class Health(Message):
    """`telemetry/health`: counters and gauges of a node by name, and each of its cameras."""

    time: UtcTime
    values: dict[str, float]
    cameras: tuple[CameraReport, ...] = ()


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
