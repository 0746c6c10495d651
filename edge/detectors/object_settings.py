"""What the settings of all detectors have in common that look at objects: vehicles, people, things."""

from pydantic import Field

from yuhang.config.section import Section


class ObjectSettings(Section):
    """Settings of a detector that needs the object detector."""

    min_height_px: int = Field(
        default=40,
        ge=8,
        le=2000,
        title="Smallest height of an object's box, pixels",
        description="smaller ones are too far away to judge whether they stand",
    )
