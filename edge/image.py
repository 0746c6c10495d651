"""A decoded picture as the stages look at it: mostly in grey and small, in colour only where something must be found or shown.

Cameras send brightness and colour apart. A picture keeps them so (`PlanarImage`): converting every frame to BGR would cost more
than all that is done with most of them.
"""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from edge.boxes import Rect
from edge.frames import Pixels

# ITU-R BT.601, limited range: black is 16, white is 235.
_FULL_RANGE = np.clip(np.rint((np.arange(256) - 16.0) * (255.0 / 219.0)), 0, 255).astype(np.uint8)


@dataclass(frozen=True, slots=True)
class BgrImage:
    """A picture that was drawn or laid over another one: it has no planes."""

    bgr: Pixels

    @property
    def shape(self) -> tuple[int, int]:
        return self.bgr.shape[0], self.bgr.shape[1]

    def forget(self) -> None:
        """Nothing is computed here."""

    def grey(self, width: int, height: int, part: Rect | None = None) -> Pixels:
        return np.asarray(cv2.cvtColor(_averaged(self.bgr, width, height, part), cv2.COLOR_BGR2GRAY), np.uint8)


class PlanarImage:
    """A picture as it was decoded."""

    def __init__(self, planes: Pixels) -> None:
        """`planes`: I420 (FOURCC.org), (height * 3 / 2) x width, uint8, limited range, height and width even."""
        self._planes = planes

    @cached_property
    def bgr(self) -> Pixels:
        # Not by swscale: that would bring FFmpeg's libraries into the node's own process, which needs nothing else of them.
        return np.asarray(cv2.cvtColor(self._planes, cv2.COLOR_YUV2BGR_I420), np.uint8)

    @property
    def shape(self) -> tuple[int, int]:
        return self._planes.shape[0] * 2 // 3, self._planes.shape[1]

    @cached_property
    def _half(self) -> Pixels:
        """Brightness at half the size: what is wanted smaller still is made of a quarter of the pixels."""
        height, width = self.shape
        return np.asarray(cv2.resize(self._planes[:height], (width // 2, height // 2), interpolation=cv2.INTER_AREA), np.uint8)

    def forget(self) -> None:
        self.__dict__.pop("bgr", None)
        self.__dict__.pop("_half", None)

    def grey(self, width: int, height: int, part: Rect | None = None) -> Pixels:
        small = part is None and width * 2 <= self.shape[1] and height * 2 <= self.shape[0]
        brightness = self._half if small else self._planes[: self.shape[0]]
        return np.asarray(cv2.LUT(_averaged(brightness, width, height, part), _FULL_RANGE), np.uint8)


def _averaged(pixels: Pixels, width: int, height: int, part: Rect | None) -> Pixels:
    if part is not None:
        pixels = pixels[int(part.top) : round(part.bottom), int(part.left) : round(part.right)]
    if pixels.shape[:2] == (height, width):
        return pixels
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
