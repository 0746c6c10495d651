"""YOLOX's raw output: for each cell of each stride centre offset, log size, objectness and class scores.

Source: Ge et al., arXiv 2107.08430; https://github.com/Megvii-BaseDetection/YOLOX (export without `--decode_in_inference`).
"""

from collections.abc import Sequence

import numpy as np

from edge.inference.decoder import Candidates, best_classes, grid_centres, shape_error
from edge.inference.detections import FloatArray
from models.manifest import ObjectModel


class YoloxDecoder:
    """Reads 1 x N x (4 + 1 + classes), scores already in 0..1."""

    def __init__(self, model: ObjectModel) -> None:
        corners = [grid_centres(model.input.width, model.input.height, stride, 0.0) for stride in model.strides]
        self._corners = np.concatenate(corners)
        self._strides = np.repeat(np.array(model.strides, np.float32), [len(part) for part in corners])[:, None]
        self._columns = 5 + len(model.label_names)

    def decode(self, outputs: Sequence[FloatArray], min_score: float) -> Candidates:
        """Candidates of all strides, in network pixels; raises `ModelError` on another shape."""
        if len(outputs) != 1 or outputs[0].shape != (1, len(self._corners), self._columns):
            raise shape_error(outputs, f"1 x {len(self._corners)} x {self._columns}")
        rows = outputs[0][0]
        keep = rows[:, 4] >= min_score  # a class score can only lower the objectness
        rows = rows[keep]
        centres = rows[:, :2] * self._strides[keep] + self._corners[keep]
        half = np.exp(rows[:, 2:4]) * self._strides[keep] / 2
        boxes = np.concatenate([centres - half, centres + half], axis=1)
        return best_classes(boxes, rows[:, 4:5] * rows[:, 5:], min_score)
