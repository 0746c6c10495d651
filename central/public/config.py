"""What an operator can set for the public page."""

from pydantic import Field

from yuhang.config.section import Section

MOST_PICTURES = 12  # what an act carries


class PublicConfig(Section):
    """The public page for owners and drivers."""

    session_minutes: float = Field(default=60, ge=5, le=240, title="Minutes after which plate and code are asked for again")
    tries_per_address: int = Field(default=10, ge=3, le=1000, title="Wrong look-ups from one network address in the window")
    tries_per_plate: int = Field(
        default=30, ge=3, le=1000, title="Wrong look-ups of one plate in the window; after it each address has three"
    )
    window_minutes: float = Field(default=15, ge=1, le=1440, title="The window: minutes after which wrong look-ups are forgotten")
    pictures: int = Field(default=6, ge=0, le=MOST_PICTURES, title="Pictures that a statement or objection may bring")
    picture_mb: int = Field(default=10, ge=1, le=50, title="Largest picture that may be brought, MiB")
