"""Settings of the node's own work, beside watching."""

from typing import Self

from pydantic import Field, model_validator

from yuhang.config.clock import ClockConfig
from yuhang.config.section import Section


class NodeClockConfig(ClockConfig):
    """The node's time, and whose time it is compared with."""

    ntp_server: str | None = Field(
        default=None,
        max_length=253,
        pattern=r"^[A-Za-z0-9.:_-]+$",
        title="NTP server that the node's clock is compared with; null: central",
        description="central stands in while it does not answer; the offset and whose it is travel with every picture",
        examples=["ntp.ntsc.ac.cn"],
    )
    ntp_port: int = Field(default=123, ge=1, le=65535, title="Its UDP port")

    @model_validator(mode="after")
    def _real_time(self) -> Self:
        if self.ntp_server is not None and (self.speed != 1.0 or self.origin is not None):
            raise ValueError("a demo's clock cannot be compared with an NTP server: leave out ntp_server, or speed and origin")
        return self


class PreviewConfig(Section):
    """Small pictures and boxes for the screens; nothing of it is stored."""

    enabled: bool = Field(default=True, title="Whether the screens may see this node's cameras live")
    width: int = Field(default=640, ge=64, le=640, title="Width of the pictures, pixels")
    interval_s: float = Field(default=1.0, ge=0.2, le=60, title="Time between two pictures of a camera, real seconds")
    boxes_interval_s: float = Field(default=0.5, ge=0.1, le=60, title="Time between two messages with boxes, real seconds")
    jpeg_quality: int = Field(default=70, ge=20, le=95, title="JPEG quality of the pictures")


class UploadConfig(Section):
    """How evidence files reach central."""

    grace_s: float = Field(
        default=2.0,
        ge=0,
        le=30,
        title="Longest wait of an event for its files, real seconds",
        description="then it goes without them and names them in files_pending",
    )
    timeout_s: float = Field(default=20.0, gt=0, le=300, title="Longest wait for central's answer, seconds")
    retry_min_s: float = Field(default=1.0, gt=0, le=60, title="Wait after a failed upload, seconds; doubles each time")
    retry_max_s: float = Field(default=60.0, gt=0, le=3600, title="Longest such wait, seconds")
    keep_days: float = Field(
        default=30.0,
        ge=0,
        le=3650,
        title="Days that a file stays on the node after central has it",
        description="0: not a moment",
    )


class HealthConfig(Section):
    """What the node tells of itself."""

    interval_s: float = Field(default=10.0, gt=0, le=3600, title="Time between two health messages, real seconds")
    metrics_port: int | None = Field(
        default=None, ge=1, le=65535, title="Port of the Prometheus metrics on loopback; null: none", examples=[9101]
    )
