"""Settings of the node's own work, beside watching."""

from pydantic import BaseModel, ConfigDict, Field


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class PreviewConfig(_Section):
    """Small pictures and boxes for the screens; nothing of it is stored."""

    enabled: bool = Field(default=True, title="Whether the screens may see this node's cameras live")
    width: int = Field(default=640, ge=64, le=640, title="Width of the pictures, pixels")
    interval_s: float = Field(default=1.0, ge=0.2, le=60, title="Time between two pictures of a camera, real seconds")
    boxes_interval_s: float = Field(default=0.5, ge=0.1, le=60, title="Time between two messages with boxes, real seconds")
    jpeg_quality: int = Field(default=70, ge=20, le=95, title="JPEG quality of the pictures")


class UploadConfig(_Section):
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


class HealthConfig(_Section):
    """What the node tells of itself."""

    interval_s: float = Field(default=10.0, gt=0, le=3600, title="Time between two health messages, real seconds")
    metrics_port: int | None = Field(
        default=None, ge=1, le=65535, title="Port of the Prometheus metrics on loopback; null: none", examples=[9101]
    )
