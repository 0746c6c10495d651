"""A charging socket that was switched off because it was not safe, or that would not be switched off."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from yuhang.messages.base import Count, Message, Seconds, Slug, Ulid, UtcTime
from yuhang.messages.envelope import EventEnvelope


class CutReason(StrEnum):
    """Why a socket is switched off."""

    OVERCURRENT = "overcurrent"
    TEMPERATURE = "temperature"
    TEMPERATURE_RISE = "temperature_rise"
    SMOKE = "smoke"
    FORBIDDEN_HOURS = "forbidden_hours"
    FULL = "full"  # the battery takes no more
    PHANTOM_LOAD = "phantom_load"  # drawn for long, and too little for any charger
    SWITCHED_ON_AGAIN = "switched_on_again"  # while it was barred


class SocketCutData(Message):
    """What both events say."""

    track: Ulid = Field(description="the matter; the same in all its events")
    socket: Slug
    name: str = Field(default="", max_length=100, description="as the gateway calls it on screens")
    reason: CutReason
    measured: float | None = Field(default=None, description="in the unit of `limit`; null: nothing to measure")
    limit: float | None = Field(default=None, description="amperes, degrees Celsius, degrees a minute or seconds, by the reason")
    noticed_at: UtcTime = Field(description="when the value that decided came in")
    commands: Count = Field(description="how often it was told to switch off")


class SocketCut(SocketCutData):
    """Switched off, and read back."""

    confirmed_at: UtcTime
    took_s: Seconds = Field(description="from the value to the confirmation")


class SocketStuck(SocketCutData):
    """Told to switch off and not read back as off: somebody has to go there. It is told again until it is off."""


class SocketCutEvent(EventEnvelope):
    """`socket.cut`."""

    type: Literal["socket.cut.v1"] = "socket.cut.v1"
    data: SocketCut


class SocketStuckEvent(EventEnvelope):
    """`socket.stuck`."""

    type: Literal["socket.stuck.v1"] = "socket.stuck.v1"
    data: SocketStuck
