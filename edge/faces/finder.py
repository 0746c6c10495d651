"""Finds faces with BlazeFace (Bazarevsky et al., arXiv 1907.05047), the variant for cameras some metres away."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.boxes import Rect
from edge.faces.types import FacePoints, FoundFace
from edge.inference.decoder import shape_error
from edge.inference.detections import FloatArray
from edge.inference.preprocess import Image
from edge.inference.session import OnnxSession
from models.manifest import FaceFinderModel

GRIDS = ((16, 2), (8, 6))  # cells a side, anchors a cell
SAME_FACE = 0.3
HIGHEST_LOGIT = 50.0
POINTS = 4  # of six: the ears are not used


class FaceFinder:
    """Finds faces; one instance serves one thread."""

    def __init__(self, model: FaceFinderModel, session: OnnxSession, min_score: float) -> None:
        self._side = model.side
        self._session = session
        self._min_score = min_score
        self._anchors = anchors()

    def find(self, image_bgr: Image) -> tuple[FoundFace, ...]:
        """The faces in a picture (height x width x 3, BGR), the surest first."""
        height, width = image_bgr.shape[:2]
        scale = self._side / max(height, width)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        canvas: Image = np.zeros((self._side, self._side, 3), np.uint8)
        canvas[: size[1], : size[0]] = cv2.resize(image_bgr, size, interpolation=cv2.INTER_AREA)
        tensor = canvas[None, :, :, ::-1].astype(np.float32) / np.float32(127.5) - np.float32(1)
        scores, values = joined(self._session.run(tensor))
        return decoded(scores, values / np.float32(self._side), self._anchors, self._side / scale, self._min_score)


def anchors() -> NDArray[np.float32]:
    """896 x 2: the middles of all anchors, as shares of the network's input."""
    rows = [
        ((x + 0.5) / cells, (y + 0.5) / cells)
        for cells, each in GRIDS
        for y in range(cells)
        for x in range(cells)
        for _ in range(each)
    ]
    return np.array(rows, np.float32)


def joined(outputs: Sequence[FloatArray]) -> tuple[FloatArray, FloatArray]:
    """Logits (896) and values (896 x 16) of both grids, whatever the order of the outputs; raises `ModelError`."""
    by_shape = {output.shape: output[0] for output in outputs}
    counts = [cells * cells * each for cells, each in GRIDS]
    if set(by_shape) != {(1, count, last) for count in counts for last in (1, 16)}:
        raise shape_error(outputs, "1 x 512 and 1 x 384, with 1 score and 16 values each")
    scores = np.concatenate([by_shape[1, count, 1][:, 0] for count in counts])
    return scores, np.concatenate([by_shape[1, count, 16] for count in counts])


def decoded(
    logits: FloatArray, values: FloatArray, centres: NDArray[np.float32], size: float, min_score: float
) -> tuple[FoundFace, ...]:
    """Faces from the network's output; `values` as shares of its input, which is `size` pixels of the picture wide."""
    scores = 1 / (1 + np.exp(-np.clip(logits, -HIGHEST_LOGIT, HIGHEST_LOGIT)))
    faces: list[FoundFace] = []
    for row in np.argsort(-scores, kind="stable"):
        if scores[row] < min_score:
            break
        middle = (values[row, :2] + centres[row]) * size
        half = values[row, 2:4] * size / 2
        box = Rect(*map(float, (*(middle - half), *(middle + half))))
        if box.area <= 0 or any(box.overlap(face.box) > SAME_FACE for face in faces):
            continue
        spots = (values[row, 4 : 4 + 2 * POINTS].reshape(POINTS, 2) + centres[row]) * size
        points = FacePoints(*((float(x), float(y)) for x, y in spots))
        faces.append(FoundFace(box, float(scores[row]), points))
    return tuple(faces)
