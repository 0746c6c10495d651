"""Outputs of the YOLO heads that `ultralytics` exports (v8, 11, 26), read without that package.

Two layouts exist. One-to-many heads (v8, 11; 26 with `end2end=False`) give 1 x (4 + classes) x N with centre, size and
class scores in network pixels, and one object comes as many boxes. The end-to-end head of 26, and any head exported with
suppression built in (`nms=True`), gives 1 x N x 6: corners, score, class; each object comes once.
"""

from collections.abc import Sequence

import numpy as np

from edge.inference.decoder import Candidates, best_classes, shape_error
from edge.inference.detections import Detections, FloatArray
from models.manifest import ObjectModel


class YoloDecoder:
    """Reads either layout, told apart by shape; scores are already in 0..1."""

    def __init__(self, model: ObjectModel) -> None:
        self._rows = 4 + len(model.label_names)

    def decode(self, outputs: Sequence[FloatArray], min_score: float) -> Candidates:
        """Candidates in network pixels; raises `ModelError` on another shape."""
        if not outputs or outputs[0].ndim != 3:
            raise shape_error(outputs, f"1 x {self._rows} x N or 1 x N x 6")
        output = outputs[0][0]
        if output.shape[1] == 6:
            return _end_to_end(output, min_score)
        if output.shape[0] != self._rows:
            raise shape_error(outputs, f"1 x {self._rows} x N or 1 x N x 6")
        rows = output.T
        rows = rows[rows[:, 4:].max(axis=1) >= min_score]
        half = rows[:, 2:4] / 2
        boxes = np.concatenate([rows[:, :2] - half, rows[:, :2] + half], axis=1)
        return best_classes(boxes, rows[:, 4:], min_score)


def _end_to_end(rows: FloatArray, min_score: float) -> Candidates:
    rows = rows[rows[:, 4] >= min_score]
    class_ids = rows[:, 5].astype(np.int32)
    found = Detections(rows[:, :4].astype(np.float32), rows[:, 4].astype(np.float32), class_ids)
    return Candidates(found, repeated=False)
