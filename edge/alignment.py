"""Lays a picture over the camera's reference picture. A camera that stands still needs none of it."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from edge.boxes import Rect
from edge.frames import FrameImage

Matrix = NDArray[np.float64]
"""2 x 3: maps points (x, y) of the laid-over picture to points of the original."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """The picture as it is analysed, and the way back to the original's pixels (none: it is the original)."""

    image: FrameImage
    back: Matrix | None = None
    found: bool = True
    """False where the picture could not be laid over the reference."""

    def to_picture(self, rect: Rect) -> Rect:
        """A rectangle of the analysed picture as the upright rectangle around it in the original."""
        if self.back is None:
            return rect
        corners = np.array([[x, y, 1.0] for x in (rect.left, rect.right) for y in (rect.top, rect.bottom)])
        points = corners @ self.back.T
        (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
        return Rect(float(left), float(top), float(right), float(bottom))


class Aligner(Protocol):
    """Lays each picture of one camera over its first one."""

    def align(self, image: FrameImage) -> Alignment:
        """The picture laid over the reference."""


class FixedCamera:
    """The aligner of a camera that does not move: every picture as it is."""

    def align(self, image: FrameImage) -> Alignment:
        return Alignment(image)
