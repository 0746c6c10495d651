"""From a source picture to a network's input tensor, and from the network's pixels back to the source's."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.inference.detections import FloatArray
from models.manifest import ImageInput

Image = NDArray[np.uint8]
"""Height x width x 3, BGR, 0-255."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the source picture lies in the network's input: input = source * scale + offset."""

    scale_x: float
    scale_y: float
    offset_x: float
    offset_y: float
    source_width: int
    source_height: int

    def to_source(self, boxes: FloatArray) -> FloatArray:
        """Boxes (N x 4, network pixels) in source pixels, clipped to the picture."""
        offset = np.array([self.offset_x, self.offset_y] * 2, np.float32)
        scale = np.array([self.scale_x, self.scale_y] * 2, np.float32)
        limit = np.array([self.source_width, self.source_height] * 2, np.float32)
        return np.asarray(np.clip((boxes - offset) / scale, 0, limit), np.float32)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An input tensor (1 x 3 x height x width, float32) and the placement of the picture in it."""

    tensor: FloatArray
    placement: Placement


class PreProcess:
    """Scales, pads and normalises as the model's manifest entry says."""

    def __init__(self, spec: ImageInput) -> None:
        self._spec = spec
        # OpenCV applies mean and scale after the channel swap when they are given in the network's channel order.
        self._blob = cv2.dnn.Image2BlobParams()
        self._blob.mean = (*spec.mean, 0.0)
        self._blob.scalefactor = (*(1.0 / value for value in spec.std), 1.0)
        self._blob.swapRB = spec.channels == "rgb"

    def __call__(self, image: Image) -> Prepared:
        """Prepare one BGR picture; raises `ValueError` when it is empty or not three channels of 8 bits."""
        if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or image.size == 0:
            raise ValueError(f"a picture of height x width x 3 bytes is needed, not {image.shape} of {image.dtype}")
        placement = self._place(image.shape[1], image.shape[0])
        canvas = self._draw(image, placement)
        tensor = cv2.dnn.blobFromImageWithParams(canvas, self._blob)
        return Prepared(np.asarray(tensor, np.float32), placement)

    def _place(self, width: int, height: int) -> Placement:
        spec = self._spec
        if spec.fit == "stretch":
            return Placement(spec.width / width, spec.height / height, 0.0, 0.0, width, height)
        ratio = min(spec.width / width, spec.height / height)
        inner_width, inner_height = max(1, round(width * ratio)), max(1, round(height * ratio))
        offset_x = offset_y = 0
        if spec.fit == "letterbox_centre":
            offset_x, offset_y = (spec.width - inner_width) // 2, (spec.height - inner_height) // 2
        # The scale is that of the rounded size, so that boxes come back to the exact pixel.
        return Placement(inner_width / width, inner_height / height, offset_x, offset_y, width, height)

    def _draw(self, image: Image, at: Placement) -> Image:
        spec = self._spec
        size = (round(at.source_width * at.scale_x), round(at.source_height * at.scale_y))
        scaled = image if size == (at.source_width, at.source_height) else cv2.resize(image, size)
        if size == (spec.width, spec.height):
            return np.asarray(scaled, np.uint8)
        canvas = np.full((spec.height, spec.width, 3), spec.pad, np.uint8)
        top, left = int(at.offset_y), int(at.offset_x)
        canvas[top : top + size[1], left : left + size[0]] = scaled
        return canvas
