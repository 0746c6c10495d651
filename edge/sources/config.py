"""Where a camera's pictures come from, as one YAML section chosen by `kind`.

Credentials are taken out of the URL as soon as it is read and kept as `SecretStr`, so that no log, error or `repr` can show them.
"""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    FieldSerializationInfo,
    SecretStr,
    field_serializer,
    model_validator,
)

from edge.sources.errors import SourceError

REVEAL = "for the decoder process"
"""Serialisation context in which passwords are written out."""


class Source(BaseModel):
    """What all kinds of source have in common."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    decode: Literal["all", "auto", "keyframes"] = Field(
        default="all",
        title="Pictures to decode",
        description="all; auto: only key frames while nothing moves, about ten times cheaper, a change is seen one key frame "
        "later; keyframes: only those, and what lies between where a vehicle has just come or left: for many cameras",
    )
    connect_timeout_s: float = Field(default=10.0, gt=0, le=120, description="longest wait for the source to answer, seconds")
    read_timeout_s: float = Field(default=10.0, gt=0, le=300, description="a source silent for longer is lost, seconds")
    reconnect_min_s: float = Field(default=1.0, gt=0, le=60, description="wait before the first new attempt; doubles each time")
    reconnect_max_s: float = Field(default=30.0, gt=0, le=600, description="longest wait between attempts, seconds")
    clip_s: float = Field(
        default=90.0, ge=0, le=600, description="seconds of the camera's own packets held for clips; 0 holds none"
    )
    clip_mb: float = Field(default=24.0, gt=0, le=512, description="most memory for those packets, MiB")
    max_pixels: int = Field(default=8_847_360, ge=1, le=67_108_864, description="larger pictures are refused (4096 x 2160)")

    @model_validator(mode="after")
    def _check_waits(self) -> Self:
        if self.reconnect_max_s < self.reconnect_min_s:
            raise ValueError("reconnect_max_s must not be smaller than reconnect_min_s")
        return self

    @property
    def is_recording(self) -> bool:
        """Whether the source has an end of its own."""
        return False

    def location(self) -> str:
        """What to open, without credentials: safe for logs."""
        raise NotImplementedError

    def address(self) -> str:
        """What to open, with credentials: for the opening call only."""
        return self.location()


class NetworkSource(Source):
    """A source behind a URL that may ask for a user and a password."""

    url: str = Field(min_length=1, max_length=2000, repr=False)
    username: str | None = Field(default=None, max_length=200)
    password: SecretStr | None = None
    password_file: Path | None = Field(default=None, description="file that holds the password, in place of `password`")

    @model_validator(mode="before")
    @classmethod
    def _take_credentials_out(cls, data: Any) -> Any:
        if not isinstance(data, dict) or not isinstance(data.get("url"), str):
            return data
        parts = urlsplit(data["url"])
        if "@" not in parts.netloc:
            return data
        credentials, _, host = parts.netloc.rpartition("@")
        user, _, password = credentials.partition(":")
        found = {"username": unquote(user)} | ({"password": unquote(password)} if password else {})
        return found | data | {"url": urlunsplit(parts._replace(netloc=host))}

    @model_validator(mode="after")
    def _check_password(self) -> Self:
        if self.password is not None and self.password_file is not None:
            raise ValueError("give either password or password_file, not both")
        return self

    def location(self) -> str:
        parts = urlsplit(self.url)
        return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))

    def address(self) -> str:
        if self.username is None:
            return self.url
        password = self._password()
        credentials = quote(self.username, safe="") + (f":{quote(password, safe='')}" if password else "")
        parts = urlsplit(self.url)
        return urlunsplit(parts._replace(netloc=f"{credentials}@{parts.netloc}"))

    @field_serializer("password", when_used="json")
    def _password_for(self, password: SecretStr | None, info: FieldSerializationInfo) -> str | None:
        """Hidden in every dump but the one that the node hands to its own child process."""
        if password is None:
            return None
        return password.get_secret_value() if info.context == REVEAL else str(password)

    def _password(self) -> str:
        if self.password_file is None:
            return self.password.get_secret_value() if self.password is not None else ""
        try:
            return self.password_file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SourceError(f"cannot read password_file {self.password_file}: {error.strerror}") from error


class RtspSource(NetworkSource):
    """An RTSP camera (H.264 or H.265)."""

    kind: Literal["rtsp"]
    url: str = Field(
        pattern=r"^rtsps?://[^/]", max_length=2000, repr=False, examples=["rtsp://192.168.1.64/Streaming/Channels/101"]
    )
    transport: Literal["tcp", "udp"] = Field(
        default="tcp", description="tcp loses nothing; udp for cameras that know nothing else"
    )
    camera_time: Literal["auto", "off"] = Field(
        default="auto",
        description="take frame times from the camera's RTCP sender reports where they agree with the node's clock",
    )
    camera_time_tolerance_s: float = Field(
        default=1.0, gt=0, le=3600, description="a camera's clock further off than this is not used, seconds"
    )


class HttpSource(NetworkSource):
    """MPEG-TS, HLS, FLV or motion-JPEG over HTTP."""

    kind: Literal["http"]
    url: str = Field(pattern=r"^https?://[^/]", max_length=2000, repr=False, examples=["http://127.0.0.1:8090/street.ts"])
    format: str | None = Field(
        default=None,
        pattern=r"^[a-z0-9_]{1,20}$",
        description="FFmpeg demuxer, where guessing fails, for example mpjpeg or mpegts",
    )


class UsbSource(Source):
    """A camera on this machine (Video4Linux)."""

    kind: Literal["usb"]
    device: Path = Field(examples=[Path("/dev/video0")])
    width: int | None = Field(default=None, ge=1, le=8192)
    height: int | None = Field(default=None, ge=1, le=8192)
    fps: float | None = Field(default=None, gt=0, le=240)

    def location(self) -> str:
        return str(self.device)


class FileSource(Source):
    """A video file."""

    kind: Literal["file"]
    path: Path = Field(examples=[Path("street.mp4")])
    loop: bool = Field(default=False, description="begin again at the end (only as a live source)")
    pace: Literal["realtime", "asap"] = Field(
        default="realtime", description="as a live source: as fast as it was recorded, or as fast as possible"
    )
    start: AwareDatetime | None = Field(
        default=None, description="time of its first picture; default: what the file says, else 2026-01-01T00:00:00Z"
    )

    @property
    def is_recording(self) -> bool:
        return not self.loop

    def location(self) -> str:
        return str(self.path)


class ImagesSource(Source):
    """A folder of pictures, in the order of their names."""

    kind: Literal["images"]
    path: Path = Field(examples=[Path("pictures")])
    interval_s: float | None = Field(
        default=1.0, gt=0, le=86_400, description="time between pictures; null: times from the names"
    )
    time_format: str = Field(
        default="%Y%m%dT%H%M%S", description="how the name (without suffix) spells its UTC time, where interval_s is null"
    )
    pace: Literal["realtime", "asap"] = "realtime"
    start: AwareDatetime | None = Field(default=None, description="time of the first picture, with interval_s")

    @property
    def is_recording(self) -> bool:
        return True

    def location(self) -> str:
        return str(self.path)


SourceConfig = Annotated[RtspSource | HttpSource | UsbSource | FileSource | ImagesSource, Field(discriminator="kind")]
RecordingSource = FileSource | ImagesSource


def recording_start(source: RecordingSource, stated: datetime | None) -> datetime:
    """Time of a recording's first picture: as configured, else as the file states it, else a fixed day, so that runs repeat."""
    return source.start or stated or _DEFAULT_START


_DEFAULT_START = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
