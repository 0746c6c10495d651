"""What the stages from picture to comparison hand on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge.boxes import Rect
from yuhang.messages import FaceProblem

Template = NDArray[np.float32]
"""A face as a vector of unit length; what it was made from cannot be seen in it, but it can be compared."""
Templates = NDArray[np.float32]
"""Several of them: N x length."""
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class FacePoints:
    """Four points of a face in pixels of the picture; left and right are the person's own."""

    right_eye: Point
    left_eye: Point
    nose: Point
    mouth: Point
    """The middle of the mouth."""


@dataclass(frozen=True, slots=True)
class FoundFace:
    """A face in a picture: its square box in pixels, the finder's score 0..1, its points."""

    box: Rect
    score: float
    points: FacePoints


@dataclass(frozen=True, slots=True)
class FaceLook:
    """One look at whoever stands at the gate: a face that can be judged, or why none can be."""

    problem: FaceProblem | None
    template: Template | None = None
    alive: float = 0.0
    """How much the face looks like one before the camera rather than a picture of one, 0..1."""
