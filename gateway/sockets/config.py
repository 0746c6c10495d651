"""A charging socket and the limits within which it may charge."""

from typing import Self

from pydantic import Field, model_validator

from gateway.connectors.config import DeviceConfig, DeviceName
from yuhang.config.section import Section
from yuhang.hours import Hours
from yuhang.messages import Slug


class SocketLimits(Section):
    """What is still safe. The defaults suit chargers of e-bikes on 10 A sockets; the site's electrician decides."""

    max_current_a: float = Field(default=6.0, gt=0, le=64, title="Largest current, amperes")
    max_temperature_c: float = Field(default=65.0, gt=0, le=120, title="Highest temperature of the socket, degrees Celsius")
    max_rise_c_per_min: float = Field(default=4.0, gt=0, le=60, title="Fastest rise of its temperature, degrees a minute")
    rise_window_s: float = Field(default=60.0, ge=20, le=600, title="Time over which the rise is taken, seconds")
    charging_w: float = Field(default=30.0, gt=0, le=10_000, title="Power from which something charges, watts")
    idle_w: float = Field(default=3.0, ge=0, le=1000, title="Power below which nothing is plugged in, watts")
    full_after_s: float = Field(
        default=1800.0, ge=60, le=86_400, title="Seconds below `charging_w` after charging: the battery is full"
    )
    phantom_after_s: float = Field(
        default=3600.0, ge=60, le=86_400, title="Seconds between `idle_w` and `charging_w` without any charging: a phantom load"
    )
    barred_s: float = Field(
        default=600.0, ge=0, le=86_400, title="Seconds after a cut for danger in which the socket must stay off"
    )
    hours: tuple[Hours, ...] = Field(default=(), title="Hours in which it may charge, Beijing time", description="empty: always")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.idle_w >= self.charging_w:
            raise ValueError(f"idle_w ({self.idle_w:g}) must lie below charging_w ({self.charging_w:g})")
        return self


class SocketConfig(DeviceConfig):
    """One socket."""

    socket: Slug = Field(title="Name of the socket", examples=["shed-3-07"])
    name: str = Field(default="", max_length=100, title="Name on the screens", examples=["3 号车棚 07"])
    address: str = Field(max_length=64, title="Address code", examples=["330110-002-0003"])
    device: DeviceName = Field(examples=["esp-3-07"])
    limits: SocketLimits = Field(default=SocketLimits(), title="Limits")
