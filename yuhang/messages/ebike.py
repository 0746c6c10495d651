"""An e-bike in a lift: what the camera suspects, what the lift is asked to do, and what people answered."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from yuhang.messages.base import Box, Count, Message, Seconds, Sha256, Slug, Ulid, UtcTime
from yuhang.messages.control import Command
from yuhang.messages.envelope import DetectedData, EventEnvelope


class LiftAction(StrEnum):
    """What a lift can be asked to do."""

    SAY = "say"  # the prompt of the cabin: no e-bikes in the lift
    HOLD_DOOR = "hold_door"
    RELEASE_DOOR = "release_door"


class LiftRequest(Command):
    """`request/lift`: a node asks whoever serves the lift, who answers on its own `reply/<id>`; void after `expires_at`."""

    lift: Slug
    action: LiftAction
    hold_s: Seconds = Field(default=0.0, description="the door is let go after this time, whatever comes or does not come")


class LiftState(Message):
    """`telemetry/lift`: what the lift says of itself, every second or two; without it no door is held."""

    lift: Slug
    time: UtcTime
    fire: bool = Field(description="fire alarm or fireman's control")
    door_open: bool
    door_blocked: bool = Field(description="somebody or something in the way of the door")


class Verdict(Command):
    """`command/verdict`: what a person says of a suspicion; the lift's second stage learns from it."""

    track: Ulid
    confirmed: bool


class RequestResult(Message):
    """What came of a request."""

    id: Ulid
    action: LiftAction
    status: Literal["done", "accepted", "refused", "expired", "unanswered"]


class SecondStage(Message):
    """What the lift has learned, and what it says of this."""

    version: Sha256 = Field(description="hash of the answers it was learned from")
    confirmed: Count
    rejected: Count
    score: float = Field(ge=0, le=1)


class EbikeData(DetectedData):
    """What every event says about one e-bike in one lift."""

    lift: Slug
    box: Box
    entered_at: UtcTime
    looks: Count = Field(description="looks that found it, of `of_looks`")
    of_looks: Count
    second_stage: SecondStage | None = Field(default=None, description="null: the lift has not learned enough, and only asks")


class EbikeSeen(EbikeData):
    """Something like an e-bike stands in the lift."""

    door: str = Field(default="", max_length=200, description="why the door was not held; empty: it was asked to be")


class EbikeLeft(EbikeData):
    """It is no longer there."""

    left_at: UtcTime
    requests: tuple[RequestResult, ...] = Field(max_length=64)


class EbikeSeenEvent(EventEnvelope):
    """`ebike.seen`."""

    type: Literal["ebike.seen.v1"] = "ebike.seen.v1"
    data: EbikeSeen


class EbikeLeftEvent(EventEnvelope):
    """`ebike.left`."""

    type: Literal["ebike.left.v1"] = "ebike.left.v1"
    data: EbikeLeft
