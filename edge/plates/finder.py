"""Finds plates and their corners in a picture or in a part of it.

The network is a small single-stage detector in the manner of RetinaFace (Deng et al., arXiv 1905.00641; source
https://github.com/zeusees/License-Plate-Detector): square anchors on three strides, each with a plate probability, a box
and four corner offsets. Only the corners are used, the box follows from them.
"""

import cv2
import numpy as np

from edge.inference.decoder import grid_centres, shape_error
from edge.inference.detections import Detections, FloatArray
from edge.inference.overlap import drop_overlaps
from edge.inference.preprocess import Image
from edge.inference.session import OnnxSession
from edge.plates.config import FinderConfig
from edge.plates.types import PlateCandidate
from models.manifest import PlateFinderModel

_OFFSET_VARIANCE = 0.1
_STEP = 32  # the coarsest stride; few different input sizes also keep the runtime's memory flat
_OVERLAP = 0.4
_CORNER_ORDER = (2, 3, 0, 1)  # the network says bottom right, bottom left, top left, top right

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""


class PlateFinder:
    """Finds plates; one instance serves one thread."""

    def __init__(self, model: PlateFinderModel, session: OnnxSession, config: FinderConfig | None = None) -> None:
        self._model = model
        self._session = session
        self._config = config or FinderConfig()

    def find(self, image_bgr: Image, region: Box | None = None) -> list[PlateCandidate]:
        """Plates in the picture, or in `region` of it, in the picture's pixels, the best first."""
        left, top, right, bottom = _whole_pixels(region, image_bgr)
        if right - left < 2 or bottom - top < 2:
            return []
        crop = image_bgr[top:bottom, left:right]
        scale = min(self._config.work_size / max(crop.shape[:2]), self._config.max_enlarge)
        scaled = cv2.resize(crop, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
        corners, scores = self._look(np.asarray(scaled, np.uint8))
        ratio = np.array([crop.shape[1] / scaled.shape[1], crop.shape[0] / scaled.shape[0]], np.float32)
        corners = corners * ratio + np.array([left, top], np.float32)
        return [PlateCandidate(points, float(score)) for points, score in zip(corners, scores, strict=True)]

    def _look(self, scaled: Image) -> tuple[FloatArray, FloatArray]:
        """Corners (N x 4 x 2, pixels of `scaled`) and scores (N), the best first."""
        height, width = (-(-side // _STEP) * _STEP for side in scaled.shape[:2])
        canvas = np.full((height, width, 3), self._model.mean, np.uint8)
        canvas[: scaled.shape[0], : scaled.shape[1]] = scaled
        tensor = cv2.dnn.blobFromImage(canvas, mean=self._model.mean)
        outputs = self._session.run(np.asarray(tensor, np.float32))
        anchors = self._anchors(width, height)
        by_width = {output.shape[-1]: output.reshape(-1, output.shape[-1]) for output in outputs}
        if sorted(by_width) != [2, 4, 8] or any(len(part) != len(anchors) for part in by_width.values()):
            raise shape_error(outputs, f"{len(anchors)} rows of 4, 2 and 8")
        plate = by_width[2][:, 1]
        keep = plate >= self._config.min_score
        offsets = by_width[8][keep].reshape(-1, 4, 2)[:, _CORNER_ORDER]
        corners = anchors[keep, None, :2] + offsets * _OFFSET_VARIANCE * anchors[keep, None, 2:]
        boxes = np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)
        rows = np.arange(len(boxes), dtype=np.int32)
        best = drop_overlaps(Detections(boxes, plate[keep], rows), np.zeros_like(rows), _OVERLAP)
        return corners[best.class_ids], best.scores

    def _anchors(self, width: int, height: int) -> FloatArray:
        """All anchors as N x 4 (x, y, side, side), in the order of the network's rows."""
        parts = []
        for stride, sides in zip(self._model.strides, self._model.anchors, strict=True):
            centres = np.repeat(grid_centres(width, height, stride, 0.5), len(sides), axis=0)
            side = np.tile(np.array(sides, np.float32), len(centres) // len(sides))[:, None]
            parts.append(np.concatenate([centres, side, side], axis=1))
        return np.concatenate(parts).astype(np.float32)


def _whole_pixels(region: Box | None, image: Image) -> tuple[int, int, int, int]:
    """The region clipped to the picture, on whole pixels."""
    height, width = image.shape[:2]
    if region is None:
        return 0, 0, width, height
    left, top, right, bottom = region
    return max(0, int(left)), max(0, int(top)), min(width, round(right)), min(height, round(bottom))
