"""An object that fell past a facade."""

from typing import Literal

from pydantic import Field

from yuhang.messages.base import Box, Count, Message, Seconds, UtcTime
from yuhang.messages.envelope import DetectedData, EventEnvelope


class PathPoint(Message):
    """Where the object was seen."""

    after_s: Seconds = Field(description="time since it was first seen, seconds")
    x: float = Field(ge=0, description="pixels of the full picture")
    y: float = Field(ge=0)


class FloorRange(Message):
    """Where the object came from, as far as its path says. Floors are counted from 1 at the ground."""

    lowest: int = Field(ge=1)
    highest: int | None = Field(
        default=None, ge=1, description="null: it came into view from above, any higher floor is possible"
    )
    height_m: float = Field(description="height above the ground at which it was first seen, metres")
    height_error_m: Seconds = Field(description="error of that height, metres")


class FallingSeen(DetectedData):
    """Something fell: its path fits a free fall."""

    box: Box = Field(description="around the whole path")
    began_at: UtcTime = Field(description="frame time at which it was first seen")
    ended_at: UtcTime
    path: tuple[PathPoint, ...] = Field(min_length=2, max_length=64)
    size_px: float = Field(ge=0, description="its size in the picture, pixels")
    acceleration_m_s2: float = Field(description="downwards, from the fitted path")
    residual_px: float = Field(ge=0, description="root mean square distance of the points from the fitted path, pixels")
    floors: FloorRange
    reflections: Count = Field(default=0, description="tracks of mirror images and fragments that were merged into this one")


class FallingSeenEvent(EventEnvelope):
    """`falling.seen`."""

    type: Literal["falling.seen.v1"] = "falling.seen.v1"
    data: FallingSeen
