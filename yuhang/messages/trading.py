"""Trade on the pavement or before a shop: one spell, when it is certain and when it is over."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from yuhang.messages.base import Box, Count, UtcTime
from yuhang.messages.envelope import DetectedData, EventEnvelope


class TradingForm(StrEnum):
    """What the zone is watched for."""

    STREET = "street"  # on the road or pavement
    OUT_OF_STORE = "out_of_store"  # a shop beyond its own line


class TradingEnd(StrEnum):
    """Why a spell is over."""

    CLEARED = "cleared"  # nobody has traded there for a while
    PERMITTED = "permitted"  # permitted hours began, or the hours in which it counts ended
    UNOBSERVED = "unobserved"  # the watching broke off


class TradingData(DetectedData):
    """What every event says about one spell of trade in one zone."""

    form: TradingForm
    began_at: UtcTime = Field(description="frame time of the first look that found goods and somebody with them")
    until: UtcTime = Field(description="frame time of the last such look")
    minutes: float = Field(ge=0, description="from `began_at` to `until`")
    attended_share: float = Field(ge=0, le=1, description="share of the looks in between that found it")
    people: Count = Field(description="most people at once who stayed with the goods")
    goods: tuple[Box, ...] = Field(max_length=32, description="what stands there and did not before, as last seen")


class TradingSeen(TradingData):
    """Goods and people have been there for as long as the zone's settings ask: a suspicion for a person to look at."""


class TradingEnded(TradingData):
    """The spell is over."""

    reason: TradingEnd


class TradingSeenEvent(EventEnvelope):
    """`trading.seen`."""

    type: Literal["trading.seen.v1"] = "trading.seen.v1"
    data: TradingSeen


class TradingEndedEvent(EventEnvelope):
    """`trading.ended`."""

    type: Literal["trading.ended.v1"] = "trading.ended.v1"
    data: TradingEnded
