"""A smoke detector and where it hangs."""

from typing import Self

from pydantic import Field, model_validator

from gateway.connectors.config import DeviceConfig, DeviceName
from yuhang.messages import Slug


class SmokeDetectorConfig(DeviceConfig):
    """One smoke detector."""

    sensor: Slug = Field(title="Name of the detector", examples=["smoke-b1-02"])
    device: DeviceName = Field(examples=["esp-b1-02"])
    place: str = Field(default="", max_length=200, title="Where it hangs", examples=["地下一层 2 号车棚"])
    address: str = Field(max_length=64, title="Address code", examples=["330110-002-0001"])
    latitude: float | None = Field(default=None, ge=-90, le=90, title="Latitude, WGS-84")
    longitude: float | None = Field(default=None, ge=-180, le=180, title="Longitude, WGS-84")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("latitude and longitude come together or not at all")
        return self
