"""What all output decoders share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from edge.inference.detections import Detections, FloatArray
from yuhang.errors import ModelError


@dataclass(frozen=True, slots=True)
class Candidates:
    """Boxes in the network's own input pixels, before overlapping ones are dropped."""

    found: Detections
    repeated: bool = True
    """Whether one object may come as several boxes; an end-to-end head gives each only once."""


class Decoder(Protocol):
    """Turns a network's outputs into candidate boxes in the network's own input pixels."""

    def decode(self, outputs: Sequence[FloatArray], min_score: float) -> Candidates:
        """Candidates of at least `min_score`, one class each; raises `ModelError` when the outputs have other shapes."""


def best_classes(boxes: FloatArray, class_scores: FloatArray, min_score: float) -> Candidates:
    """Keep each anchor's best class (`boxes` N x 4, `class_scores` N x classes) where it reaches `min_score`."""
    class_ids = class_scores.argmax(axis=1).astype(np.int32)
    scores = class_scores[np.arange(len(class_ids)), class_ids].astype(np.float32)
    return Candidates(Detections(boxes.astype(np.float32), scores, class_ids)[scores >= min_score])


def grid_centres(width: int, height: int, stride: int, centre: float) -> FloatArray:
    """Points of one stride's grid, row by row, as N x 2 (x, y) input pixels; `centre` 0.5 means the middle of the cell."""
    columns, rows = -(-width // stride), -(-height // stride)
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    return np.stack([(x.ravel() + centre) * stride, (y.ravel() + centre) * stride], axis=1).astype(np.float32)


def shape_error(outputs: Sequence[FloatArray], expected: str) -> ModelError:
    """The error for outputs that a decoder cannot read."""
    shapes = ", ".join(str(output.shape) for output in outputs)
    return ModelError(f"the network's outputs have shapes {shapes}; expected {expected}: is the manifest's decoder right?")
