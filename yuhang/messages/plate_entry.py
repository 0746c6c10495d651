"""A vehicle at a gate by its plate: what a lane's camera decided, for whoever opens the barrier and for the person in doubt."""

from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from yuhang.messages.base import Box, Count, Message, PlateRead, Slug, UtcTime
from yuhang.messages.envelope import DetectedData, EventEnvelope


class EntryOutcome(StrEnum):
    """What the camera can say."""

    READ = "read"  # enough looks agree, in both readers
    DOUBTFUL = "doubtful"  # there is a plate and no agreement: a person looks
    NO_PLATE = "no_plate"  # a vehicle without any plate that could be found: a person looks


class PlateLooks(Message):
    """The looks on which it stands."""

    seen: Count = Field(description="looks in which a plate was found")
    clear: Count = Field(description="of them, clear ones on which both readers agree")
    agreed: Count = Field(description="of those, the ones that say what `plate` says")


class PlateSeen(DetectedData):
    """A vehicle stands in the lane of a gate. A doubtful one that is read later is reported again, with the same track."""

    lane: Slug
    outcome: EntryOutcome
    plate: PlateRead
    proposal: str | None = Field(default=None, max_length=12, description="best single look of a doubtful one; proves nothing")
    temporary: bool = Field(
        default=False, description="seems to be a temporary plate, on paper: a person looks at the date on it"
    )
    looks: PlateLooks
    appeared_at: UtcTime = Field(description="frame time of the first look at the plate, or of the vehicle without one")
    box: Box | None = Field(default=None, description="the plate in the picture; null: none was found")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.plate.text is not None) != (self.outcome is EntryOutcome.READ):
            raise ValueError("plate: has a text if, and only if, the outcome is read")
        return self


class PlateSeenEvent(EventEnvelope):
    """`plate.seen`."""

    type: Literal["plate.seen.v1"] = "plate.seen.v1"
    data: PlateSeen
