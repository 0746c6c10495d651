"""A truck that tips its load where it may not: what the camera suspects, what became of it, and what the truck says itself."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from yuhang.messages.base import Box, Message, PlateRead, Seconds, UtcTime, VehicleClass
from yuhang.messages.envelope import DetectedData, EventEnvelope

Latitude = Annotated[float, Field(ge=-90, le=90, description="WGS-84")]
Longitude = Annotated[float, Field(ge=-180, le=180, description="WGS-84")]
TiltDegrees = Annotated[float, Field(ge=-180, le=180, description="of the bed against the frame, degrees")]


class TruckReport(Message):
    """What a truck's own terminal says of itself; sent by whoever receives it, on `telemetry/truck`."""

    plate: str = Field(max_length=12)
    time: UtcTime = Field(description="by the terminal's clock")
    latitude: Latitude
    longitude: Longitude
    error_m: float = Field(default=15.0, ge=0, le=10_000, description="error of the position, metres")
    speed_m_s: float | None = Field(default=None, ge=0, le=100)
    tilt_deg: TiltDegrees | None = Field(default=None, description="null: no such sensor")
    bed_raised: bool | None = Field(default=None, description="contact of the bed; null: no such contact")


class ReportedTruck(Message):
    """A truck whose own report fits a truck that the camera sees, by place and time."""

    plate: str = Field(max_length=12)
    time: UtcTime
    apart_s: Seconds = Field(description="between the report and the camera's moment, seconds")
    distance_m: float = Field(ge=0, description="between the report and the camera, metres")
    tilt_deg: TiltDegrees | None = None
    bed_raised: bool | None = None


class TippingSign(StrEnum):
    """What speaks for it."""

    BED = "bed"  # something rose out of the truck and stayed up
    HEAP = "heap"  # something lies where the truck stood and was not there before
    REPORT = "report"  # the truck's own sensor says that its bed was up


class BedRise(Message):
    """The bed as the camera saw it."""

    began_at: UtcTime = Field(description="frame time at which it began to rise")
    held_s: Seconds = Field(description="how long it was seen up so far")
    highest: float = Field(ge=0, description="above the truck, as a share of the truck's height")


class Heap(Message):
    """What lies where the truck stood."""

    box: Box
    area_m2: float = Field(ge=0, description="of its outline in the picture, at the scale of the truck")
    stayed_s: Seconds


class TippingData(DetectedData):
    """What every tipping event says about one stop of one truck."""

    vehicle: VehicleClass
    plate: PlateRead
    box: Box = Field(description="the truck at rest")
    stopped_at: UtcTime
    signs: tuple[TippingSign, ...] = Field(min_length=1)
    bed: BedRise | None = None
    heap: Heap | None = None
    reported: ReportedTruck | None = Field(default=None, description="null: no truck reported itself here then")


class TippingSuspected(TippingData):
    """A truck seems to tip, or has tipped: a suspicion for a person to look at."""


class TippingEnded(TippingData):
    """The truck of a suspicion has left, or nobody can say; `heap` is what was found there afterwards."""

    left_at: UtcTime | None = Field(default=None, description="null: not seen to leave")
    heap_looked_for: bool = Field(description="false: the place could not be judged afterwards")


class TippingSuspectedEvent(EventEnvelope):
    """`tipping.suspected`."""

    type: Literal["tipping.suspected.v1"] = "tipping.suspected.v1"
    data: TippingSuspected


class TippingEndedEvent(EventEnvelope):
    """`tipping.ended`."""

    type: Literal["tipping.ended.v1"] = "tipping.ended.v1"
    data: TippingEnded
