"""What escort tasks are made of: calls, and positions of vehicles."""

from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from yuhang.coordinates import Datum, Position, convert
from yuhang.messages.base import Message, Slug, UtcTime
from yuhang.messages.envelope import EventEnvelope


class CallKind(StrEnum):
    """Who is called."""

    FIRE = "fire"
    AMBULANCE = "ambulance"
    POLICE = "police"


class Located(Message):
    """Something with a position; the sender names its datum."""

    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    datum: Datum = Field(default=Datum.WGS84, description="wgs84, gcj02 or bd09")

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("latitude and longitude come together or not at all")
        return self

    @property
    def position(self) -> Position | None:
        """Where it is, WGS-84."""
        if self.latitude is None or self.longitude is None:
            return None
        return convert(Position(self.latitude, self.longitude), self.datum, Datum.WGS84)


class EmergencyCall(Located):
    """`call`: an emergency call as the brigade's own system (119, 120, 110) passes it on. No caller's name or number."""

    reference: str = Field(min_length=1, max_length=64, description="the system's own number; the same again is the same call")
    kind: CallKind = CallKind.FIRE
    called_at: UtcTime
    what: str = Field(default="", max_length=300, description="what is reported, without names")
    address: str = Field(default="", max_length=200)
    engine: Slug | None = Field(default=None, description="vehicle that the brigade has sent already")

    @model_validator(mode="after")
    def _a_place(self) -> Self:
        if self.latitude is None and not self.address.strip():
            raise ValueError("a call needs an address or a position")
        return self


class VehiclePosition(Located):
    """`telemetry/position`: where a vehicle is, about once a second; QoS 0."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    time: UtcTime = Field(description="of the fix, by the satellites' clock")
    speed_mps: float = Field(ge=0, le=100)
    heading_deg: float | None = Field(default=None, ge=0, le=360, description="clockwise from north; null while it stands")


class SmokeAlarm(Located):
    """A smoke alarm that sounds."""

    sensor: Slug
    place: str = Field(default="", max_length=200, description="where it hangs, as the site's places call it")


class SmokeAlarmEvent(EventEnvelope):
    """`smoke.alarm`."""

    type: Literal["smoke.alarm.v1"] = "smoke.alarm.v1"
    data: SmokeAlarm
