"""A two-wheeler that stands where it may not be charged: what the camera suspects, and what a socket says."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from yuhang.messages.base import Box, Message, Seconds, Slug, UtcTime
from yuhang.messages.ebike import SecondStage
from yuhang.messages.envelope import DetectedData, EventEnvelope


class SocketReport(Message):
    """`telemetry/socket`: what a socket or its meter says of itself, every ten seconds or so."""

    socket: Slug
    time: UtcTime
    watts: float = Field(ge=0, le=100_000, description="power that is drawn now")


class ChargingBasis(StrEnum):
    """What a suspicion stands on."""

    PICTURE = "picture"  # a thing that stands there, which the place has learned to call a two-wheeler, or asks about
    SOCKET = "socket"  # and power is drawn from the place's socket


class ChargingData(DetectedData):
    """What every event says about one thing in one place."""

    basis: ChargingBasis
    socket: Slug | None = None
    watts: float | None = Field(default=None, ge=0, description="the socket's last word; null: nobody has said anything")
    box: Box
    since: UtcTime = Field(description="when it came to stand there")
    stood_s: Seconds
    second_stage: SecondStage | None = Field(default=None, description="null: the place has not learned enough, and only asks")


class ChargingSuspected(ChargingData):
    """It has stood there for as long as the settings ask: a suspicion for a person to look at."""


class ChargingEnded(ChargingData):
    """It is no longer there, or the hours in which it may not be have ended."""


class ChargingSuspectedEvent(EventEnvelope):
    """`charging.suspected`."""

    type: Literal["charging.suspected.v1"] = "charging.suspected.v1"
    data: ChargingSuspected


class ChargingEndedEvent(EventEnvelope):
    """`charging.ended`."""

    type: Literal["charging.ended.v1"] = "charging.ended.v1"
    data: ChargingEnded
