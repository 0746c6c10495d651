"""What a detector found in one picture."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int32]
Mask = NDArray[np.bool_] | NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Detections:
    """Parallel arrays, one row an object, the highest score first where a detector made them.

    `boxes` is N x 4 float32, (left, top, right, bottom) in pixels of the source picture; `scores` is N float32 in 0..1;
    `class_ids` is N int32, indices into `labels`. Raises `ValueError` when the shapes do not fit together.
    """

    boxes: FloatArray
    scores: FloatArray
    class_ids: IntArray
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        count = self.scores.shape[0] if self.scores.ndim == 1 else -1
        if self.boxes.shape != (count, 4) or self.class_ids.shape != (count,):
            raise ValueError(
                f"boxes {self.boxes.shape}, scores {self.scores.shape} and class ids {self.class_ids.shape} must be "
                "(N, 4), (N,) and (N,)"
            )

    @classmethod
    def empty(cls, labels: tuple[str, ...] = ()) -> "Detections":
        """Nothing found."""
        return cls(np.empty((0, 4), np.float32), np.empty(0, np.float32), np.empty(0, np.int32), labels)

    def __len__(self) -> int:
        return len(self.scores)

    def __getitem__(self, rows: Mask) -> "Detections":
        """The rows that a boolean mask or an index array picks."""
        return Detections(self.boxes[rows], self.scores[rows], self.class_ids[rows], self.labels)

    def of(self, wanted: Sequence[str]) -> "Detections":
        """Only objects whose label is one of `wanted`."""
        ids = [index for index, label in enumerate(self.labels) if label in wanted]
        return self[np.isin(self.class_ids, ids)]

    def label(self, row: int) -> str:
        """The class name of one row."""
        return self.labels[int(self.class_ids[row])]
