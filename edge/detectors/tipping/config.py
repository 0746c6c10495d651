"""What an operator may set for a place where no truck may tip."""

from typing import Literal, Self

from pydantic import Field, model_validator

from edge.detectors.object_settings import ObjectSettings
from yuhang.config.section import Section
from yuhang.messages import VehicleClass


class ReportSettings(Section):
    """When a truck's own report is about the truck in the picture. The camera needs `latitude` and `longitude`."""

    radius_m: float = Field(default=80, gt=0, le=1000, title="Distance from the camera within which a report counts, metres")
    tolerance_s: float = Field(
        default=30,
        gt=0,
        le=600,
        title="Time by which a report may miss the picture, seconds",
        description="clocks of terminals are poor",
    )
    tilt_deg: float = Field(default=15, gt=0, le=90, title="Tilt from which the bed is up, degrees")


class TippingConfig(ObjectSettings):
    """Trucks that unload where they may not; the zone's outline is where they would stand."""

    kind: Literal["tipping"] = Field(title="Detector")
    vehicles: tuple[VehicleClass, ...] = Field(
        default=(VehicleClass.TRUCK, VehicleClass.BUS),
        title="Kinds of vehicle that may be a truck",
        description="the object detector takes a muck truck for a bus now and then",
        min_length=1,
    )
    still_s: float = Field(default=20, ge=1, le=3600, title="Time that a truck must have stood, seconds")
    bed_share: float = Field(
        default=0.25, gt=0.05, le=2, title="Height of the raised bed above the truck, as a share of the truck's height"
    )
    bed_held_s: float = Field(default=3, ge=1, le=120, title="Time that the bed must have been seen up, seconds")
    heap_m2: float = Field(
        default=1.0, gt=0, le=100, title="Smallest heap where the bed was seen up or the truck reported so, square metres"
    )
    heap_alone_m2: float = Field(default=1.5, gt=0, le=100, title="Smallest heap where nothing else speaks for it, square metres")
    heap_stays_s: float = Field(
        default=30, ge=1, le=3600, title="Time that a heap must have stayed after the truck left, seconds"
    )
    heap_wait_s: float = Field(
        default=300, ge=10, le=7200, title="Longest time after the truck left in which a heap is looked for, seconds"
    )
    truck_height_m: float = Field(
        default=3.0, gt=1, le=5, title="Height of a truck, metres", description="gives the scale of a heap"
    )
    reports: ReportSettings = Field(default=ReportSettings(), title="Reports of the trucks themselves")
    clip_before_s: float = Field(default=10, ge=0, le=60, title="Seconds of clip before the first sign")
    clip_after_s: float = Field(default=10, ge=0, le=60, title="Seconds of clip after the suspicion")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.heap_alone_m2 < self.heap_m2:
            raise ValueError(f"heap_alone_m2 ({self.heap_alone_m2:g}) must not be below heap_m2 ({self.heap_m2:g})")
        if self.heap_wait_s < self.heap_stays_s:
            raise ValueError(f"heap_wait_s ({self.heap_wait_s:g}) must not be below heap_stays_s ({self.heap_stays_s:g})")
        return self
