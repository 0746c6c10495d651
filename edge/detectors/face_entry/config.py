"""What an operator may set for the face camera of a gate."""

from typing import Literal, Self

from pydantic import Field, model_validator

from yuhang.config.section import Section
from yuhang.messages import Slug


class FaceEntryConfig(Section):
    """Faces at a gate; the zone's outline is where the person stands. Needs the section `faces` in the node's own file."""

    kind: Literal["face_entry"] = Field(title="Detector")
    gate: Slug = Field(title="Name of the gate, as its controller names it", examples=["east-door"])
    looks: int = Field(default=3, ge=1, le=20, title="Looks that must agree")
    of_looks: int = Field(default=5, ge=1, le=20, title="... of this many last looks")
    threshold: float = Field(
        default=0.65,
        ge=0.3,
        le=0.99,
        title="Likeness from which it is the same person",
        description="set it on the site's own pictures: `yuhang bench faces` says how",
    )
    min_alive: float = Field(
        default=0.75, ge=0, le=1, title="Mean score below which it is a picture of a face, over the looks that agree"
    )
    retries: int = Field(default=1, ge=0, le=5, title="How often somebody who looks like a picture may try again")
    longest_s: float = Field(default=20, ge=2, le=120, title="Longest time for one request, seconds")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.looks > self.of_looks:
            raise ValueError(f"looks ({self.looks}) must not exceed of_looks ({self.of_looks})")
        return self
