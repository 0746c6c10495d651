"""The key `clock`: real time, or the faster time that all processes of a demo share."""

from typing import Self

from pydantic import Field, model_validator

from yuhang.clock import Clock, ScaledClock, SystemClock
from yuhang.config.section import Section
from yuhang.messages import UtcTime


class ClockConfig(Section):
    """The time by which a process lives."""

    speed: float = Field(
        default=1.0,
        gt=0,
        le=1000,
        allow_inf_nan=False,
        description="seconds that pass in one real second; anything but 1 is a demo",
    )
    origin: UtcTime | None = Field(default=None, description="time of this clock at the moment `real_origin`, with its zone")
    real_origin: UtcTime | None = Field(default=None, description="real time at which the clock stood at `origin`, with its zone")

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.origin is None) != (self.real_origin is None):
            raise ValueError("origin and real_origin belong together: give both or none")
        return self

    def build(self) -> Clock:
        """The clock; without origins one that agrees with real time at this moment."""
        if self.origin is not None and self.real_origin is not None:
            return ScaledClock(origin=self.origin, real_origin=self.real_origin, speed=self.speed)
        return SystemClock() if self.speed == 1.0 else ScaledClock.starting_now(self.speed)
