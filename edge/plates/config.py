"""Configuration of plate finding and of agreement over frames."""

from pydantic import Field

from yuhang.config.section import Section


class FinderConfig(Section):
    """How hard to look for plates."""

    work_size: int = Field(
        default=416,
        ge=64,
        le=4096,
        title="Pixels of the searched region's long side",
        description="the time grows with its square",
    )
    max_enlarge: float = Field(
        default=4.0,
        ge=1,
        le=16,
        title="Most that a small region is enlarged",
        description="more invents nothing that could be read",
    )
    min_score: float = Field(default=0.5, gt=0, lt=1, title="Score from which a plate is believed to be there")


class ConsensusRules(Section):
    """When several looks at a plate count as read.

    The figures were chosen on one hand-held street clip with plates 50 to 90 pixels wide, by starting to read at each of its
    frames and stopping at the first agreement: 220 verdicts right, 1 wrong, 166 unread. A weakest character of 0.7 instead of 0.8
    made 16 wrong; four votes instead of three made none wrong and 194 unread.
    """

    votes: int = Field(default=3, ge=1, le=100, title="Frames that must agree on every character")
    share: float = Field(default=0.75, gt=0.5, le=1, title="Part of all clear readings that must be for the winner")
    min_char_confidence: float = Field(
        default=0.8, ge=0, le=1, title="Probability of the weakest character from which a reading is clear"
    )
    min_province_margin: float = Field(
        default=0.6, ge=0, le=1, title="Lead of the province over its nearest rival from which a reading is clear"
    )
    min_width_px: float = Field(
        default=50,
        ge=0,
        le=1000,
        title="Width of a plate in the picture from which a reading is clear",
        description="the figures above say nothing about narrower ones: there the same wrong province comes again and again",
    )
    span_s: float = Field(
        default=2,
        ge=0,
        le=60,
        title="Seconds between the first and the last reading that count",
        description="pictures that follow each other closely repeat each other's error",
    )
