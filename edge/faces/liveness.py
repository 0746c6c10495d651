"""Tells a face before the camera from a picture of one: the mean of small networks that each look at the face's box."""

from collections.abc import Sequence

import cv2
import numpy as np

from edge.boxes import Rect
from edge.inference.decoder import shape_error
from edge.inference.preprocess import Image
from edge.inference.session import OnnxSession
from models.manifest import FaceLivenessModel


class LivenessCheck:
    """One network; one instance serves one thread."""

    def __init__(self, model: FaceLivenessModel, session: OnnxSession) -> None:
        self._model = model
        self._session = session

    def score(self, image_bgr: Image, face: Rect) -> float:
        """How alive the face looks, 0..1; raises `ModelError` when the network gives something else."""
        side = self._model.side
        crop = cv2.resize(square(image_bgr, face, self._model.crop), (side, side), interpolation=cv2.INTER_AREA)
        tensor = np.asarray(crop[None, :, :, ::-1], np.float32) / np.float32(255)
        outputs = self._session.run(tensor)
        if len(outputs) != 1 or outputs[0].ndim != 2 or outputs[0].shape[1] <= self._model.live:
            raise shape_error(outputs, f"1 x more than {self._model.live}")
        return float(np.clip(outputs[0][0, self._model.live], 0, 1))


def mean_score(checks: Sequence[LivenessCheck], image_bgr: Image, face: Rect) -> float:
    """The mean of all networks' scores; `checks` must not be empty."""
    return sum(check.score(image_bgr, face) for check in checks) / len(checks)


def square(image_bgr: Image, face: Rect, share: float) -> Image:
    """The square around the face's middle, `share` of the box's longer side; the picture's rim is repeated beyond it."""
    half = max(1.0, max(face.width, face.height) * share / 2)
    (x, y), (height, width) = face.centre, image_bgr.shape[:2]
    left, top, right, bottom = round(x - half), round(y - half), round(x + half), round(y + half)
    beyond = max(0, -left, -top, right - width, bottom - height)
    if beyond:
        image_bgr = np.asarray(cv2.copyMakeBorder(image_bgr, beyond, beyond, beyond, beyond, cv2.BORDER_REPLICATE), np.uint8)
    return image_bgr[top + beyond : bottom + beyond, left + beyond : right + beyond]
