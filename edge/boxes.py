"""Rectangles in pixels of the picture: pure geometry for tracking, dwell and evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from yuhang.messages import Box


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in pixels of the full picture, origin top left, with fractions of pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return max(0.0, self.right - self.left)

    @property
    def height(self) -> float:
        return max(0.0, self.bottom - self.top)

    @property
    def area(self) -> float:
        return self.width * self.height

    @property
    def foot(self) -> tuple[float, float]:
        """The bottom centre: where the vehicle touches the ground, as near as a box can say."""
        return ((self.left + self.right) / 2, self.bottom)

    @property
    def centre(self) -> tuple[float, float]:
        return ((self.left + self.right) / 2, (self.top + self.bottom) / 2)

    def common_area(self, other: "Rect") -> float:
        """Area that both cover, square pixels."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, width) * max(0.0, height)

    def overlap(self, other: "Rect") -> float:
        """Intersection over union, 0..1."""
        common = self.common_area(other)
        union = self.area + other.area - common
        return common / union if union > 0 else 0.0

    def covered_by(self, other: "Rect") -> float:
        """Share of this rectangle that the other one covers, 0..1."""
        return self.common_area(other) / self.area if self.area > 0 else 0.0

    def grown(self, share: float) -> "Rect":
        """Larger on each side by `share` of its width and height."""
        dx, dy = self.width * share, self.height * share
        return Rect(self.left - dx, self.top - dy, self.right + dx, self.bottom + dy)

    def inside(self, width: int, height: int) -> "Rect":
        """The part that lies in a picture of this size."""
        return Rect(
            min(max(self.left, 0.0), width),
            min(max(self.top, 0.0), height),
            min(max(self.right, 0.0), width),
            min(max(self.bottom, 0.0), height),
        )

    def to_box(self, width: int, height: int) -> Box:
        """Whole pixels inside a picture of this size, as it goes on the wire."""
        part = self.inside(width, height)
        return Box(left=int(part.left), top=int(part.top), right=round(part.right), bottom=round(part.bottom))


def middle(rects: Sequence[Rect]) -> Rect:
    """The median of each side: one box from several noisy ones. `rects` must not be empty."""
    return Rect(
        median(rect.left for rect in rects),
        median(rect.top for rect in rects),
        median(rect.right for rect in rects),
        median(rect.bottom for rect in rects),
    )
