"""What an operator may set for a facade."""

import itertools
from typing import Literal, Self

from pydantic import Field, model_validator

from yuhang.config.section import Section


class KnownHeight(Section):
    """A height on the facade that somebody has measured or counted."""

    y: float = Field(ge=0, le=1, title="Where it is in the picture, as a fraction of its height from the top", examples=[0.95])
    metres: float = Field(ge=-20, le=600, title="Its height above the ground, metres", examples=[0.0])


class FallingObjectConfig(Section):
    """Things that fall past a facade; the zone's outline is the facade, and nothing outside it is kept."""

    kind: Literal["falling_object"] = Field(title="Detector")
    fps: float = Field(
        default=25,
        ge=15,
        le=60,
        title="Pictures a second that are looked at",
        description="as many as the camera gives, 25 or more; the camera's `source.decode` must be all",
    )
    heights: tuple[KnownHeight, ...] = Field(
        min_length=2,
        max_length=20,
        title="Known heights",
        description="two tell the scale; three or more also tell the perspective and how far the heights can be trusted",
        examples=[({"y": 0.95, "metres": 0.0}, {"y": 0.5, "metres": 18.0}, {"y": 0.1, "metres": 36.0})],
    )
    floor_height_m: float = Field(default=3.0, gt=1, le=10, title="Height of one floor, metres")
    first_floor_m: float = Field(default=0.0, ge=-10, le=50, title="Height of the first floor above the ground, metres")
    min_points: int = Field(default=8, ge=5, le=100, title="Pictures in which the object must have been seen")
    min_drop_m: float = Field(default=2.0, gt=0, le=50, title="Shortest fall, metres")
    acceleration_m_s2: tuple[float, float] = Field(
        default=(4.0, 12.5),
        title="Acceleration of what falls, from and to, metres a second squared",
        description="free fall is 9.8; air slows light things, and things in front of the facade seem to fall faster; "
        "birds, leaves and rain do not accelerate",
    )
    max_residual_px: float = Field(default=1.5, gt=0, le=20, title="Largest deviation from the fitted path, pixels (r.m.s.)")
    largest_m: float = Field(default=1.2, gt=0.05, le=10, title="Largest thing that is followed, metres")
    contrast: int = Field(
        default=14, ge=4, le=200, title="Grey levels by which a thing must differ from the facade behind it, of 255"
    )
    most_at_once: int = Field(
        default=6,
        ge=1,
        le=100,
        title="Different things that may fall within a second",
        description="more is weather, and nothing is reported",
    )
    clip_before_s: float = Field(default=5, ge=0, le=60, title="Seconds of clip before the object was first seen")
    clip_after_s: float = Field(default=5, ge=0, le=60, title="Seconds of clip after it was last seen")

    @model_validator(mode="after")
    def _check(self) -> Self:
        low, high = self.acceleration_m_s2
        if not 0 < low < high:
            raise ValueError(f"acceleration_m_s2: {low:g} must be above 0 and below {high:g}")
        ordered = sorted(self.heights, key=lambda known: known.y)
        for upper, lower in itertools.pairwise(ordered):
            if upper.y == lower.y or upper.metres <= lower.metres:
                raise ValueError(
                    f"heights: y {upper.y:g} lies above y {lower.y:g} in the picture, "
                    f"so its {upper.metres:g} m must be more than {lower.metres:g} m"
                )
        return self
