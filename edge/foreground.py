"""What is in a picture that was not there before: a slow background, and what differs from it other than by light.

Works on small grey pictures. A change of light is taken out twice: the whole by the ratio of medians, shadows by their texture,
which they leave as it was (Jacques et al. 2005, "Background subtraction and shadow detection in grayscale video sequences").
"""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.boxes import Rect
from edge.frames import FrameImage, Pixels

Grey = NDArray[np.float32]
Mask = NDArray[np.bool_]

LEAST_LEVELS = 8.0  # grey levels of 255 by which something differs: above the noise of sensor and compression
LEVELS_SHARE = 0.12  # of the brightness there
DARKEST_SHADOW = 0.2  # of the light that is left
TEXTURE_LEVELS = 5.0
TEXTURE_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class SmallView:
    """The small grey picture (`grey`, height x width, 0..255) and the factor from the picture's pixels to its own."""

    grey: Grey
    scale: float

    def part(self, rect: Rect) -> Rect:
        """A rectangle of the picture in whole pixels of the small one, inside it and never empty."""
        height, width = self.grey.shape
        left, top = int(rect.left * self.scale), int(rect.top * self.scale)
        left, top = min(max(left, 0), width - 1), min(max(top, 0), height - 1)
        right, bottom = round(rect.right * self.scale), round(rect.bottom * self.scale)
        return Rect(left, top, min(max(right, left + 1), width), min(max(bottom, top + 1), height))

    def mask(self, rects: Iterable[Rect]) -> Mask:
        """True where any of the rectangles (pixels of the picture) lies."""
        covered = np.zeros(self.grey.shape, np.bool_)
        for rect in rects:
            part = self.part(rect)
            covered[rows_of(part), columns_of(part)] = True
        return covered


def small_view(image: FrameImage, width: int = 480) -> SmallView:
    """The picture in grey, at most `width` wide, slightly smoothed."""
    height_px, width_px = image.shape
    scale = min(1.0, width / width_px)
    grey = image.grey(round(width_px * scale), round(height_px * scale)).astype(np.float32)
    return SmallView(np.asarray(cv2.GaussianBlur(grey, (3, 3), 0), np.float32), scale)


class Background:
    """The picture without what comes and goes. It follows the light within `seconds`, and holds still where it is told to."""

    def __init__(self, seconds: float = 60.0) -> None:
        self._seconds = seconds
        self._picture: Grey | None = None
        self._at_s: float | None = None

    def __bool__(self) -> bool:
        return self._picture is not None

    @property
    def picture(self) -> Grey:
        """Height x width, 0..255; there must have been an update."""
        if self._picture is None:
            raise ValueError("the background has seen no picture")
        return self._picture

    def update(self, grey: Grey, at_s: float, hold: Mask | None = None) -> None:
        """Take in a picture at a time; where `hold` is true it only follows the light of the rest."""
        if self._picture is None or self._picture.shape != grey.shape:
            self._picture, self._at_s = grey.copy(), at_s
            return
        share = float(np.clip((at_s - (self._at_s or at_s)) / self._seconds, 0.0, 1.0))
        self._at_s = at_s
        free = np.ones(grey.shape, np.bool_) if hold is None else ~hold
        gain = light_change(grey, self._picture, free)
        fresh = self._picture + share * (grey - self._picture)
        held = self._picture * (1 + share * (gain - 1))
        self._picture = np.where(free, fresh, held).astype(np.float32)


def light_change(grey: Grey, before: Grey, where: Mask) -> float:
    """The factor by which the picture has become lighter, from the median ratio of a sample of pixels."""
    now, then = grey[::4, ::4], before[::4, ::4]
    chosen = where[::4, ::4] & (then > 16) & (then < 235)
    if np.count_nonzero(chosen) < 30:
        return 1.0
    return float(np.clip(np.median(now[chosen] / then[chosen]), 0.4, 2.5))


def changed(grey: Grey, before: Grey) -> Mask:
    """Where two pictures of the same light differ."""
    return np.asarray(np.abs(grey - before) > np.maximum(LEAST_LEVELS, LEVELS_SHARE * before), np.bool_)


def foreground(grey: Grey, background: Grey) -> Mask:
    """Where the picture shows something else than the background: not another light, not a shadow; closed, no specks."""
    gain = light_change(grey, background, np.ones(grey.shape, np.bool_))
    lit = background * gain
    solid = changed(grey, lit) & ~shadows(grey, lit)
    opened = cv2.morphologyEx(solid.astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    closed = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (11, 11)))
    return np.asarray(closed, np.bool_)


def shadows(grey: Grey, background: Grey) -> Mask:
    """Where the picture is the background with less light: darker by a factor that hardly changes, and with the same texture."""
    ratio = cv2.GaussianBlur(grey / np.maximum(background, 1.0), (5, 5), 0)
    darker = (ratio > DARKEST_SHADOW) & (ratio < 0.97)
    rest = np.abs(_detail(grey) - np.asarray(ratio) * _detail(background))
    rough = cv2.GaussianBlur(rest.astype(np.float32), (7, 7), 0)
    allowed = TEXTURE_LEVELS * 0.4 + TEXTURE_SHARE * cv2.GaussianBlur(np.abs(_detail(background)), (7, 7), 0)
    return np.asarray(darker & (rough < allowed), np.bool_)


@dataclass(frozen=True, slots=True)
class Blob:
    """A connected patch of a mask: its box and area in pixels of that mask."""

    box: Rect
    area_px: int


def blobs(mask: Mask, smallest_px: int = 1) -> tuple[Blob, ...]:
    """The connected patches of a mask, the largest first."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    found = [_blob(stats[row]) for row in range(1, count) if int(stats[row][cv2.CC_STAT_AREA]) >= smallest_px]
    return tuple(sorted(found, key=lambda blob: -blob.area_px))


def likeness(one: Grey, other: Grey) -> float:
    """How alike two patches of the same shape are, -1..1, whatever their light (normalised correlation)."""
    first, second = one - one.mean(), other - other.mean()
    length = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float((first * second).sum()) / length if length > 0 else 0.0


def rows_of(part: Rect) -> slice:
    """The rows of a rectangle of whole pixels."""
    return slice(int(part.top), int(part.bottom))


def columns_of(part: Rect) -> slice:
    """Its columns."""
    return slice(int(part.left), int(part.right))


def to_pixels(mask: Mask) -> Pixels:
    """A mask as a picture, 0 and 255."""
    return mask.astype(np.uint8) * np.uint8(255)


def _detail(grey: Grey) -> Grey:
    return np.asarray(grey - cv2.GaussianBlur(grey, (0, 0), 2.5), np.float32)


def _blob(stats: NDArray[np.int32]) -> Blob:
    left, top = int(stats[cv2.CC_STAT_LEFT]), int(stats[cv2.CC_STAT_TOP])
    right, bottom = left + int(stats[cv2.CC_STAT_WIDTH]), top + int(stats[cv2.CC_STAT_HEIGHT])
    return Blob(Rect(left, top, right, bottom), int(stats[cv2.CC_STAT_AREA]))
