"""What an operator may set for the cabin of a lift."""

from typing import Literal, Self

from pydantic import Field, model_validator

from edge.detectors.object_settings import ObjectSettings
from yuhang.config.section import Section
from yuhang.messages import Slug


class DoorConfig(Section):
    """Holding the door: never in a fire, never with somebody in its way, never for long, never without news from the lift."""

    hold: bool = Field(
        default=False, title="Whether the door may be held", description="agree it with the lift's maintainer first"
    )
    each_s: float = Field(default=10, ge=2, le=30, title="Time for which one request holds it, seconds")
    longest_s: float = Field(default=60, ge=5, le=180, title="Longest time for one e-bike, all requests together, seconds")
    news_s: float = Field(default=5, ge=1, le=15, title="Age of the lift's last news from which the door is let go, seconds")


class EbikeLiftConfig(ObjectSettings):
    """E-bikes in a lift; the zone's outline is the cabin as the camera sees it."""

    kind: Literal["ebike_lift"] = Field(title="Detector")
    lift: Slug = Field(title="Name of the lift, as its controller names itself", examples=["building-3-east"])
    looks: int = Field(default=3, ge=1, le=50, title="Looks that must find it")
    of_looks: int = Field(default=5, ge=1, le=50, title="... of this many last looks")
    thing_share: float = Field(default=0.012, gt=0, le=0.5, title="Smallest thing, as a share of the cabin's outline")
    gone_s: float = Field(default=4, ge=1, le=120, title="Time without the thing after which it has left, seconds")
    min_score: float = Field(default=0.5, gt=0, lt=1, title="Score of the second stage from which it is an e-bike")
    least_answers: int = Field(
        default=4,
        ge=2,
        le=1000,
        title="Answers of each kind from which the second stage decides",
        description="before, the lift only asks",
    )
    ask: bool = Field(default=True, title="Whether the lift asks about every large thing until it has learned enough")
    say: bool = Field(default=True, title="Whether the cabin's prompt is asked for")
    door: DoorConfig = Field(default=DoorConfig(), title="The door")
    clip_before_s: float = Field(default=5, ge=0, le=60, title="Seconds of clip before it is reported")
    clip_after_s: float = Field(default=5, ge=0, le=60, title="Seconds of clip after it is reported")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.looks > self.of_looks:
            raise ValueError(f"looks ({self.looks}) must not exceed of_looks ({self.of_looks})")
        return self
