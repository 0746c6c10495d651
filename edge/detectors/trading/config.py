"""What an operator may set for a pavement or the ground before a shop."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from edge.detectors.object_settings import ObjectSettings
from edge.polygon import Polygon
from yuhang.hours import Hours, Permit, in_any
from yuhang.messages import TradingForm

USUAL_DWELL_S = {TradingForm.STREET: 300.0, TradingForm.OUT_OF_STORE: 600.0}


class TradingConfig(ObjectSettings):
    """Trade where there is none; for a shop the zone lies outside the shop's own line."""

    kind: Literal["trading"] = Field(title="Detector")
    form: TradingForm = Field(default=TradingForm.STREET, title="What the zone is watched for")
    dwell_s: float | None = Field(
        default=None,
        ge=10,
        le=86_400,
        title="Time from which it is reported, seconds",
        description="default: 300, before a shop 600",
    )
    pause_s: float = Field(
        default=120, ge=5, le=3600, title="Longest pause within one spell, seconds", description="a longer one ends it"
    )
    attended_share: float = Field(default=0.6, gt=0, le=1, title="Share of that time in which somebody must be with the goods")
    settle_s: float = Field(default=20, ge=2, le=600, title="Time after which a thing stands, seconds")
    stays_s: float = Field(default=10, ge=2, le=600, title="Time after which somebody stays, seconds")
    goods_share: float = Field(
        default=0.3, gt=0.01, le=10, title="Smallest goods, as a share of the box of the person beside them"
    )
    permits: tuple[Permit, ...] = Field(default=(), title="Permits", description="what they cover is not reported")
    hours: tuple[Hours, ...] = Field(
        default=(), title="Hours in which it counts", description="the shop's opening hours, for instance; empty: always"
    )
    shop: Polygon | None = Field(
        default=None,
        title="The shop within its line",
        description="what stands there is not outside, even where the zone covers it",
    )
    forget_s: float = Field(
        default=7200, ge=600, le=604_800, title="Time after which a thing that nobody attends belongs to the street, seconds"
    )
    clip_before_s: float = Field(default=5, ge=0, le=60, title="Seconds of clip before it is reported")
    clip_after_s: float = Field(default=10, ge=0, le=60, title="Seconds of clip after it is reported")

    @property
    def reported_after_s(self) -> float:
        """The dwell that counts."""
        return self.dwell_s if self.dwell_s is not None else USUAL_DWELL_S[self.form]

    def counts_at(self, at: datetime) -> bool:
        """Whether trade at this moment is to be reported: within the hours, and covered by no permit."""
        return in_any(self.hours, at) and not any(permit.allows(at) for permit in self.permits)
