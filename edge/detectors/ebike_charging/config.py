"""What an operator may set for a place in which no two-wheeler may be charged."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from yuhang.config.section import Section
from yuhang.hours import Hours
from yuhang.messages import Slug


class EbikeChargingConfig(Section):
    """Two-wheelers where they may not be charged; the zone's outline is the floor and the lower walls of the place."""

    kind: Literal["ebike_charging"] = Field(title="Detector")
    allowed: tuple[Hours, ...] = Field(default=(), title="Hours in which it may", description="empty: never")
    dwell_s: float = Field(default=300, ge=10, le=86_400, title="Time from which a thing that stands there is reported, seconds")
    socket: Slug | None = Field(
        default=None, title="The place's socket or meter", description="power drawn from it makes it certain sooner"
    )
    min_watts: float = Field(default=30, gt=0, le=10_000, title="Power from which something is charged, watts")
    socket_dwell_s: float = Field(default=30, ge=4, le=3600, title="Time from which it is reported while power is drawn, seconds")
    news_s: float = Field(default=60, ge=5, le=3600, title="Age from which the socket's last word no longer counts, seconds")
    settle_s: float = Field(default=12, ge=2, le=600, title="Time after which a thing stands, seconds")
    gone_s: float = Field(default=20, ge=4, le=3600, title="Time without the thing after which it has left, seconds")
    thing_share: float = Field(default=0.01, gt=0, le=0.5, title="Smallest thing, as a share of the zone's outline")
    min_score: float = Field(default=0.5, gt=0, lt=1, title="Score of the second stage from which it is a two-wheeler")
    least_answers: int = Field(
        default=8, ge=2, le=1000, title="Answers of each kind from which the second stage decides", description="before, it asks"
    )
    ask: bool = Field(default=True, title="Whether the place asks about every large thing until it has learned enough")

    def forbidden_at(self, at: datetime) -> bool:
        """Whether nothing may be charged there at this moment."""
        return not any(hours.include(at) for hours in self.allowed)
