"""Where in the picture the detector looks: at all of it, at crops around the zones, or at both."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from edge.boxes import Rect
from edge.inference.detections import Detections
from edge.inference.detector import ObjectDetector
from edge.inference.overlap import drop_overlaps

Image = NDArray[np.uint8]

MARGIN = 0.25  # around a zone, of its width and height: vehicles are taller than the ground they stand on
SMALLEST_SIDE = 160.0  # pixels; a smaller crop shows the network nothing but blur
SAME_THING = 0.55  # overlap from which two crops saw one object
VEHICLES = ("car", "truck", "bus")


def crops_around(zones: Iterable[Rect], width: int, height: int) -> tuple[Rect, ...]:
    """Crops that hold each zone with a margin; crops that overlap much are joined."""
    crops: list[Rect] = []
    for zone in zones:
        crop = _at_least(zone.grown(MARGIN), SMALLEST_SIDE, width, height)
        for other in [other for other in crops if crop.covered_by(other) > 0.5 or other.covered_by(crop) > 0.5]:
            crops.remove(other)
            crop = _joined(crop, other)
        crops.append(crop)
    return tuple(crops)


def detect_in(detector: ObjectDetector, image: Image, regions: Iterable[Rect | None]) -> Detections:
    """Objects in the regions (none is the whole picture), in the picture's pixels, each once."""
    found = [_detect(detector, image, region) for region in regions]
    if len(found) == 1:
        return found[0]
    labels = next((part.labels for part in found), ())
    joined = Detections(
        np.concatenate([part.boxes for part in found]),
        np.concatenate([part.scores for part in found]),
        np.concatenate([part.class_ids for part in found]),
        labels,
    )
    vehicles = [index for index, label in enumerate(labels) if label in VEHICLES]
    groups = np.arange(len(labels), dtype=np.int32)
    groups[vehicles] = vehicles[0] if vehicles else 0
    return drop_overlaps(joined, groups[joined.class_ids], SAME_THING)


def _detect(detector: ObjectDetector, image: Image, region: Rect | None) -> Detections:
    if region is None:
        return detector.detect(image)
    left, top, right, bottom = int(region.left), int(region.top), round(region.right), round(region.bottom)
    found = detector.detect(np.ascontiguousarray(image[top:bottom, left:right]))
    return Detections(found.boxes + np.array([left, top, left, top], np.float32), found.scores, found.class_ids, found.labels)


def _at_least(rect: Rect, side: float, width: int, height: int) -> Rect:
    dx, dy = max(0.0, side - rect.width) / 2, max(0.0, side - rect.height) / 2
    grown = Rect(rect.left - dx, rect.top - dy, rect.right + dx, rect.bottom + dy)
    shift_x = max(0.0, -grown.left) - max(0.0, grown.right - width)
    shift_y = max(0.0, -grown.top) - max(0.0, grown.bottom - height)
    moved = Rect(grown.left + shift_x, grown.top + shift_y, grown.right + shift_x, grown.bottom + shift_y)
    return moved.inside(width, height)


def _joined(one: Rect, other: Rect) -> Rect:
    return Rect(min(one.left, other.left), min(one.top, other.top), max(one.right, other.right), max(one.bottom, other.bottom))
