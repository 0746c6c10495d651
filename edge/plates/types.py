"""What passes between finding, reading and agreeing on a plate."""

from dataclasses import dataclass

import numpy as np

from edge.inference.detections import FloatArray
from yuhang.plates import PlateColour


@dataclass(frozen=True, slots=True)
class PlateCandidate:
    """A plate seen in a picture, in that picture's pixels."""

    corners: FloatArray
    """4 x 2 (x, y): top left, top right, bottom right, bottom left as the plate itself stands."""
    score: float

    def __post_init__(self) -> None:
        if self.corners.shape != (4, 2):
            raise ValueError(f"corners must be 4 x 2, not {self.corners.shape}")

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Upright box around the corners: left, top, right, bottom."""
        left, top = self.corners.min(axis=0)
        right, bottom = self.corners.max(axis=0)
        return float(left), float(top), float(right), float(bottom)

    @property
    def centre(self) -> tuple[float, float]:
        """Middle of the corners."""
        x, y = self.corners.mean(axis=0)
        return float(x), float(y)

    @property
    def width_px(self) -> float:
        """Mean length of the upper and lower edge."""
        top_left, top_right, bottom_right, bottom_left = self.corners
        return float(np.linalg.norm(top_right - top_left) + np.linalg.norm(bottom_right - bottom_left)) / 2

    @property
    def height_px(self) -> float:
        """Mean length of the left and right edge."""
        top_left, top_right, bottom_right, bottom_left = self.corners
        return float(np.linalg.norm(bottom_left - top_left) + np.linalg.norm(bottom_right - top_right)) / 2


@dataclass(frozen=True, slots=True)
class PlateReading:
    """What one look at one plate says. `text` may be empty (nothing readable) or no plate at all: nobody has checked it."""

    text: str
    char_confidences: tuple[float, ...]
    """Probability 0..1 of each character of `text`."""
    province_margin: float
    """By how much the first character's probability exceeds that of its nearest rival: the province is what fails first."""
    candidate: PlateCandidate | None = None
    """Where the plate stood in the picture, if it was found in one."""
    ground: PlateColour | None = None
    """Blue or yellow as the picture shows it; forms that fix the colour do not need it."""
    rows: int = 1
    """Rows in which the characters were read."""
    second: str | None = None
    """What the second reader says of the same look; none: it was not asked."""

    @property
    def confirmed(self) -> bool:
        """Whether no second reader reads it otherwise."""
        return self.second is None or self.second == self.text

    @property
    def confidence(self) -> float:
        """Mean character probability; 0 for an empty text."""
        return sum(self.char_confidences) / len(self.char_confidences) if self.char_confidences else 0.0

    @property
    def min_char_confidence(self) -> float:
        """Probability of the weakest character; 0 for an empty text."""
        return min(self.char_confidences, default=0.0)

    @property
    def width_px(self) -> float:
        """Width of the plate in the picture; 0 when it was not found in one."""
        return self.candidate.width_px if self.candidate else 0.0
