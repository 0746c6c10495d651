"""How a camera's view compares with its reference picture: shift, detail, brightness. Measures only; judging is elsewhere."""

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.frames import FrameImage, Pixels

Plane = NDArray[np.float32]

WORK_WIDTH = 512  # pixels; enough for a tenth of a pixel of shift, cheap enough for one core
TILE = 64
MIN_RESPONSE = 0.12  # of phase correlation; below, the tile's content is another one
MIN_TILES = 4
AGREE_PX = 1.0


@dataclass(frozen=True, slots=True)
class ViewMeasure:
    """One comparison. Shifts are in pixels of the full picture."""

    brightness: float
    """Level that a twentieth of the pixels exceed, 0..255."""
    contrast: float
    """Spread of the grey levels as a share of the reference's."""
    detail: float
    """Fine detail as a share of the reference's, 1 is the same."""
    matched: float
    """Share of the reference's textured tiles that are found again and agree, 0..1."""
    shift_px: float | None
    """Length of the common shift against the reference; none where too few tiles match: another view."""


class ReferenceView:
    """The view against which a camera is judged.

    `moved` is what the camera had already moved when the picture was taken, pixels (x, y).
    """

    def __init__(self, image: FrameImage, moved: tuple[float, float] = (0.0, 0.0)) -> None:
        grey, self._scale = _work_picture(image)
        self._edges = _edges(grey)
        self._detail = max(_detail(grey), 1e-3)
        self._contrast = max(float(grey.std()), 1e-3)
        self._moved = moved
        self._tiles = _textured_tiles(self._edges)
        self._window = cv2.createHanningWindow((TILE, TILE), cv2.CV_32F)
        self._last_shift = moved

    def measure(self, image: FrameImage) -> ViewMeasure:
        """Compare a picture of the same camera."""
        grey, _ = _work_picture(image)
        edges = _edges(grey)
        shifts = self._tile_shifts(edges) if edges.shape == self._edges.shape else np.empty((0, 2))
        agreeing = shifts[np.linalg.norm(shifts - np.median(shifts, axis=0), axis=1) <= AGREE_PX] if len(shifts) else shifts
        enough = len(agreeing) >= min(MIN_TILES, max(1, len(self._tiles)))
        if enough:
            local = np.median(agreeing, axis=0) / self._scale
            self._last_shift = (self._moved[0] + float(local[0]), self._moved[1] + float(local[1]))
        return ViewMeasure(
            brightness=float(np.percentile(grey, 95)),
            contrast=float(grey.std()) / self._contrast,
            detail=_detail(grey) / self._detail,
            matched=len(agreeing) / len(self._tiles) if self._tiles else 1.0,
            shift_px=float(np.hypot(*self._last_shift)) if enough else None,
        )

    def renewed(self, image: FrameImage) -> Self:
        """A reference with today's light, which still knows how far the view had moved when last measured."""
        return type(self)(image, self._last_shift)

    def _tile_shifts(self, edges: Plane) -> NDArray[np.float64]:
        found = []
        for top, left in self._tiles:
            part = (slice(top, top + TILE), slice(left, left + TILE))
            # Copies, because phaseCorrelate applies the window to its inputs in place.
            (dx, dy), response = cv2.phaseCorrelate(self._edges[part].copy(), edges[part].copy(), self._window)
            if response >= MIN_RESPONSE:
                found.append((dx, dy))
        return np.array(found, np.float64).reshape(-1, 2)


def _work_picture(image: FrameImage) -> tuple[Pixels, float]:
    """The picture in grey at working size, and its scale against the full picture."""
    height, width = image.shape
    scale = min(1.0, WORK_WIDTH / width)
    return image.grey(round(width * scale), round(height * scale)), scale


def _edges(grey: Pixels) -> Plane:
    """Strength of edges: like itself in another light, unlike the grey levels."""
    plane = cv2.GaussianBlur(grey, (3, 3), 0).astype(np.float32)
    strength = cv2.magnitude(cv2.Sobel(plane, cv2.CV_32F, 1, 0), cv2.Sobel(plane, cv2.CV_32F, 0, 1))
    return np.asarray(np.sqrt(strength), np.float32)


def _detail(grey: Pixels) -> float:
    return float(np.abs(cv2.Laplacian(grey, cv2.CV_32F)).mean())


def _textured_tiles(edges: Plane) -> tuple[tuple[int, int], ...]:
    """Top left corners of the tiles that have something to hold on to, best first, at most 24."""
    height, width = edges.shape
    if height < TILE or width < TILE:
        return ()
    tops = np.linspace(0, height - TILE, max(1, height // TILE)).astype(int)
    lefts = np.linspace(0, width - TILE, max(1, width // TILE)).astype(int)
    ranked = sorted(
        ((float(edges[top : top + TILE, left : left + TILE].std()), int(top), int(left)) for top in tops for left in lefts),
        reverse=True,
    )
    return tuple((top, left) for texture, top, left in ranked[:24] if texture >= 1.0)
