"""NanoDet's outputs: for each stride class scores and, for each side of the box, a distribution of its distance.

Source: Li et al., Generalized Focal Loss, arXiv 2006.04388; https://github.com/RangiLyu/nanodet. A side's distance is the
mean of its distribution, in units of the stride. Exports order and shape the outputs differently (1 x N x C or N x C), so
each is recognised by its size.
"""

from collections.abc import Sequence

import numpy as np

from edge.inference.decoder import Candidates, best_classes, grid_centres, shape_error
from edge.inference.detections import FloatArray
from models.manifest import ObjectModel


class NanoDetDecoder:
    """Reads strides x (N x classes scores in 0..1, N x 4*(bins) distribution logits)."""

    def __init__(self, model: ObjectModel) -> None:
        self._classes = len(model.label_names)
        self._centres = [(stride, grid_centres(model.input.width, model.input.height, stride, 0.5)) for stride in model.strides]

    def decode(self, outputs: Sequence[FloatArray], min_score: float) -> Candidates:
        """Candidates of all strides, in network pixels; raises `ModelError` when an output is missing."""
        flat = [output.reshape(-1, output.shape[-1]) for output in outputs]
        boxes, scores = [], []
        for stride, centres in self._centres:
            found = {part.shape[1] == self._classes: part for part in flat if len(part) == len(centres)}
            if len(found) != 2 or found[False].shape[1] % 4:
                raise shape_error(outputs, f"{len(centres)} x {self._classes} and {len(centres)} x 4 bins at stride {stride}")
            # Most anchors show nothing: only the promising ones pay for the softmax.
            keep = found[True].max(axis=1) >= min_score
            boxes.append(_boxes(found[False][keep], centres[keep], stride))
            scores.append(found[True][keep])
        return best_classes(np.concatenate(boxes), np.concatenate(scores), min_score)


def _boxes(distribution: FloatArray, centres: FloatArray, stride: int) -> FloatArray:
    """Boxes (N x 4) from N x 4*bins logits around N x 2 centres."""
    logits = distribution.reshape(len(centres), 4, distribution.shape[1] // 4)
    weights = np.exp(logits - logits.max(axis=2, keepdims=True))
    weights /= weights.sum(axis=2, keepdims=True)
    sides = weights @ np.arange(logits.shape[2], dtype=np.float32) * stride
    return np.concatenate([centres - sides[:, :2], centres + sides[:, 2:]], axis=1).astype(np.float32)
