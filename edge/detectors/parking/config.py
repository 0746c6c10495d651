"""What an operator may set for a no-parking zone."""

from typing import Literal, Self

from pydantic import Field, model_validator

from edge.detectors.object_settings import ObjectSettings
from edge.polygon import Polygon
from yuhang.config.section import Section
from yuhang.messages import VehicleClass


class QueueConfig(Section):
    """Cars that stand in line at a red light are not parked."""

    lane: Polygon | None = Field(
        default=None,
        title="Traffic lane in which vehicles may queue",
        description="corners as fractions of the picture's width and height; empty: the zone itself is the lane",
        examples=[((0.40, 0.30), (0.60, 0.30), (0.70, 0.95), (0.35, 0.95))],
    )
    min_vehicles: int = Field(default=3, ge=2, le=50, title="Vehicles in line from which it is a queue")
    max_spacing: float = Field(
        default=1.5,
        gt=0,
        le=10,
        title="Largest free space between two vehicles of a queue",
        description="in lengths (longer box side) of the smaller of the two",
    )
    longest_s: float = Field(
        default=240,
        ge=1,
        le=3600,
        title="Longest wait of a queue, seconds",
        description="no red light lasts longer: who stands on is parked",
    )


class ParkingConfig(ObjectSettings):
    """Vehicles that stop where they may not."""

    kind: Literal["parking"] = Field(default="parking", title="Detector")
    warning_dwell_s: float = Field(
        default=60,
        ge=1,
        le=86_400,
        title="Dwell after which the driver is to be told, seconds",
        description="parking.stopped is sent when a vehicle has stood this long, by the time of the frames",
    )
    present_every_s: float = Field(
        default=60, ge=5, le=3600, title="Time between two parking.present events of a vehicle that stays, seconds"
    )
    vehicles: tuple[VehicleClass, ...] = Field(
        default=(VehicleClass.CAR, VehicleClass.TRUCK, VehicleClass.BUS),
        title="Kinds of vehicle that are watched",
        min_length=1,
        examples=[("car", "truck", "bus", "motorcycle")],
    )
    queue: QueueConfig | None = Field(
        default=None, title="Queue rule", description="only for zones that vehicles may queue in; leave it out on pavements"
    )

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.queue is not None and self.queue.longest_s < self.warning_dwell_s:
            raise ValueError("queue.longest_s must not be shorter than warning_dwell_s: the rule would never apply")
        return self
