"""Zones as rasters: which zones a point of the picture lies in, by one look-up."""

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.boxes import Rect
from yuhang.geometry import Point


class ZoneMap:
    """Named polygons (fractions of width and height) drawn for pictures of one size.

    A point exactly on the picture's lower or right edge counts as inside it: a box that is cut off there ends on the edge.
    """

    def __init__(self, polygons: Mapping[str, tuple[Point, ...]], width: int, height: int) -> None:
        self.width, self.height = width, height
        self._masks = {name: _draw(corners, width, height) for name, corners in polygons.items()}
        self._bounds = {name: _bounds(corners, width, height) for name, corners in polygons.items()}

    def at(self, point: tuple[float, float]) -> frozenset[str]:
        """Names of the zones that contain the point (pixels)."""
        x = min(max(int(point[0]), 0), self.width - 1)
        y = min(max(int(point[1]), 0), self.height - 1)
        return frozenset(name for name, mask in self._masks.items() if mask[y, x])

    def bounds(self, name: str) -> Rect:
        """The rectangle around a zone, pixels."""
        return self._bounds[name]

    def mask(self, name: str) -> NDArray[np.bool_]:
        """Height x width: true inside a zone."""
        return self._masks[name]

    def watched(self) -> NDArray[np.bool_]:
        """Height x width: true inside any zone and a margin above it, where the vehicles' bodies are."""
        union = np.zeros((self.height, self.width), np.uint8)
        for mask in self._masks.values():
            union |= mask.astype(np.uint8)
        reach = max(3, self.height // 8)
        kernel = np.ones((2 * reach + 1, 2 * (reach // 2) + 1), np.uint8)
        return cv2.dilate(union, kernel).astype(np.bool_)


def _draw(corners: tuple[Point, ...], width: int, height: int) -> NDArray[np.bool_]:
    mask = np.zeros((height, width), np.uint8)
    points = np.array([(round(x * width), round(y * height)) for x, y in corners], np.int32)
    cv2.fillPoly(mask, [points], 1)
    return mask.astype(np.bool_)


def _bounds(corners: tuple[Point, ...], width: int, height: int) -> Rect:
    xs, ys = [x * width for x, _ in corners], [y * height for _, y in corners]
    return Rect(min(xs), min(ys), max(xs), max(ys))
