"""Plane geometry that all rooms share: outlines of zones and how much two boxes overlap. Pure."""

from collections.abc import Sequence

from shapely import Polygon, intersects_xy
from shapely.validation import explain_validity

from yuhang.errors import YuhangError
from yuhang.messages import Box

Point = tuple[float, float]


class GeometryError(YuhangError):
    """An outline that encloses no area or crosses itself."""


def outline(corners: Sequence[Point]) -> Polygon:
    """The polygon with these corners; `GeometryError` says what is wrong with it (crossing edges, and where; no area)."""
    if len(set(corners)) < 3:
        raise GeometryError(f"an outline needs at least 3 different corners, this one has {len(set(corners))}")
    polygon = Polygon(corners)
    if not polygon.is_valid:
        raise GeometryError(f"the outline crosses itself ({explain_validity(polygon)}): give the corners in order around it")
    if polygon.area == 0:
        raise GeometryError("the corners lie on one line")
    return polygon


def contains(polygon: Polygon, point: Point) -> bool:
    """Whether `point` lies inside `polygon` or on its edge."""
    return bool(intersects_xy(polygon, *point))


def overlap(one: Box, two: Box) -> float:
    """Intersection over union of two boxes, 0 to 1; 0 if either has no area."""
    width = min(one.right, two.right) - max(one.left, two.left)
    height = min(one.bottom, two.bottom) - max(one.top, two.top)
    if width <= 0 or height <= 0:
        return 0.0
    union = area(one) + area(two) - width * height
    return width * height / union


def area(box: Box) -> int:
    """Pixels in the box, 0 if its corners are the wrong way round."""
    return max(0, box.right - box.left) * max(0, box.bottom - box.top)
