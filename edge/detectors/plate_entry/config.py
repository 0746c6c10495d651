"""What an operator may set for the lane of a gate."""

from typing import Literal, Self

from pydantic import Field, model_validator

from edge.detectors.object_settings import ObjectSettings
from yuhang.messages import Slug


class PlateEntryConfig(ObjectSettings):
    """Plates in the lane of a gate; the zone's outline is where the plate of the vehicle at the barrier may be in the picture."""

    kind: Literal["plate_entry"] = Field(title="Detector")
    lane: Slug = Field(title="Name of the lane, as its barrier names it", examples=["east-in"])
    looks: int = Field(default=3, ge=2, le=20, title="Looks that must agree, in both readers")
    decide_s: float = Field(
        default=1.0, ge=0.2, le=10, title="Time from the first look after which a person is asked, seconds of frame time"
    )
    no_plate_s: float = Field(
        default=2.0, ge=0.5, le=60, title="Time that a vehicle is in the lane without any plate before a person is asked, seconds"
    )
    gone_s: float = Field(default=2.0, ge=0.5, le=60, title="Time without plate and vehicle after which it is gone, seconds")
    repeat_s: float = Field(
        default=60, ge=0, le=3600, title="Time in which the same plate, back again, is not reported again, seconds"
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.no_plate_s < self.decide_s:
            raise ValueError(f"no_plate_s ({self.no_plate_s:g}) must not be below decide_s ({self.decide_s:g})")
        return self
