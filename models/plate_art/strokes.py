"""The digits and letters of a plate as strokes, after the narrow sans-serif shapes of GA 36-2018.

Plates use a typeface that no free font has. Each character is a handful of strokes on a unit square (x to the right, y down),
so a drawer chooses the thickness of the strokes and may shake the points.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points; `round_` bends its corners, `closed` joins its ends."""

    points: tuple[Point, ...]
    round_: bool = False
    closed: bool = False


def _line(*points: Point) -> Stroke:
    return Stroke(points)


def _curve(*points: Point) -> Stroke:
    return Stroke(points, round_=True)


def _ring(left: float, top: float, right: float, bottom: float) -> Stroke:
    return Stroke(((left, top), (right, top), (right, bottom), (left, bottom)), round_=True, closed=True)


_STEM = _line((0, 0), (0, 1))
_BOWL = _curve((0, 0), (1, 0), (1, 0.52), (0, 0.52))

STROKES: dict[str, tuple[Stroke, ...]] = {
    "0": (_ring(0, 0, 1, 1),),
    "1": (_line((0.5, 0), (0.5, 1)),),
    "2": (_curve((0, 0.22), (0, 0), (1, 0), (1, 0.42), (0, 1)), _line((0, 1), (1, 1))),
    "3": (
        _curve((0, 0.18), (0, 0), (1, 0), (1, 0.46), (0.4, 0.46)),
        _curve((0.4, 0.46), (1, 0.46), (1, 1), (0, 1), (0, 0.82)),
    ),
    "4": (_line((0.6, 0), (0, 0.74), (1, 0.74)), _line((0.74, 0.48), (0.74, 1))),
    "5": (_line((0.95, 0), (0.08, 0), (0.04, 0.44)), _curve((0.04, 0.44), (0.2, 0.36), (1, 0.36), (1, 1), (0, 1), (0, 0.8))),
    "6": (_line((0.62, 0), (0.02, 0.56)), _ring(0, 0.42, 1, 1)),
    "7": (_line((0, 0), (1, 0), (0.38, 1)),),
    "8": (_ring(0.05, 0, 0.95, 0.45), _ring(0, 0.45, 1, 1)),
    "9": (_ring(0, 0, 1, 0.58), _line((0.98, 0.44), (0.38, 1))),
    "A": (_line((0, 1), (0.5, 0), (1, 1)), _line((0.17, 0.7), (0.83, 0.7))),
    "B": (_STEM, _curve((0, 0), (0.92, 0), (0.92, 0.46), (0, 0.46)), _curve((0, 0.46), (1, 0.46), (1, 1), (0, 1))),
    "C": (_curve((1, 0.25), (1, 0), (0, 0), (0, 1), (1, 1), (1, 0.75)),),
    "D": (_STEM, _curve((0, 0), (1, 0), (1, 1), (0, 1))),
    "E": (_line((1, 0), (0, 0), (0, 1), (1, 1)), _line((0, 0.48), (0.85, 0.48))),
    "F": (_line((1, 0), (0, 0), (0, 1)), _line((0, 0.48), (0.85, 0.48))),
    "G": (_curve((1, 0.25), (1, 0), (0, 0), (0, 1), (1, 1), (1, 0.55)), _line((1, 0.56), (0.55, 0.56))),
    "H": (_STEM, _line((1, 0), (1, 1)), _line((0, 0.48), (1, 0.48))),
    "J": (_curve((0.9, 0), (0.9, 1), (0, 1), (0, 0.76)),),
    "K": (_STEM, _line((1, 0), (0, 0.6)), _line((0.36, 0.4), (1, 1))),
    "L": (_line((0, 0), (0, 1), (1, 1)),),
    "M": (_line((0, 1), (0, 0), (0.5, 0.65), (1, 0), (1, 1)),),
    "N": (_line((0, 1), (0, 0), (1, 1), (1, 0)),),
    "P": (_STEM, _BOWL),
    "Q": (_ring(0, 0, 1, 1), _line((0.55, 0.72), (1, 1))),
    "R": (_STEM, _BOWL, _line((0.45, 0.52), (1, 1))),
    "S": (_curve((1, 0.22), (1, 0), (0, 0), (0, 0.45), (1, 0.53), (1, 1), (0, 1), (0, 0.78)),),
    "T": (_line((0, 0), (1, 0)), _line((0.5, 0), (0.5, 1))),
    "U": (_curve((0, 0), (0, 1), (1, 1), (1, 0)),),
    "V": (_line((0, 0), (0.5, 1), (1, 0)),),
    "W": (_line((0, 0), (0.25, 1), (0.5, 0.25), (0.75, 1), (1, 0)),),
    "X": (_line((0, 0), (1, 1)), _line((1, 0), (0, 1))),
    "Y": (_line((0, 0), (0.5, 0.5), (1, 0)), _line((0.5, 0.5), (0.5, 1))),
    "Z": (_line((0, 0), (1, 0), (0, 1), (1, 1)),),
}
_FLAG = _line((0.5, 0), (0.22, 0.16))
_FINE = 2  # subpixels a pixel while drawing
_BEND = 0.34  # radius of a bent corner, in character widths

Shake = Callable[[Points], Points]


def draw_strokes(
    character: str, width: int, height: int, thickness: float, *, flag: bool = False, shake: Shake | None = None
) -> NDArray[np.uint8]:
    """The ink of a digit or letter, height x width, 0..255; `thickness` in pixels, `flag` puts one on the 1."""
    canvas = np.zeros((height * _FINE, width * _FINE), np.uint8)
    strokes = STROKES[character] + ((_FLAG,) if flag and character == "1" else ())
    margin = thickness / 2
    size = np.array([width - thickness, height - thickness])
    for stroke in strokes:
        points = np.array(stroke.points, np.float64) * size + margin
        if shake is not None:
            points = shake(points)
        if stroke.round_:
            points = _bent(points, _BEND * size[0], closed=stroke.closed)
        fixed = np.round(points * _FINE * 16).astype(np.int32)
        cv2.polylines(canvas, [fixed], stroke.closed, 255, max(1, round(thickness * _FINE)), cv2.LINE_AA, 4)
    return np.asarray(cv2.resize(canvas, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _bent(points: Points, radius: float, *, closed: bool) -> Points:
    """The polyline with each inner corner replaced by a parabola that begins and ends at most `radius` from it."""
    count = len(points)
    bent: list[Points] = [] if closed else [points[:1]]
    steps = np.linspace(0, 1, 7)[:, None]
    for index in range(count if closed else count - 2):
        before, corner, after = (points[(index + shift) % count] for shift in ((-1, 0, 1) if closed else (0, 1, 2)))
        start, end = (corner + (other - corner) * _share(corner, other, radius) for other in (before, after))
        bent.append((1 - steps) ** 2 * start + 2 * steps * (1 - steps) * corner + steps**2 * end)
    return np.concatenate(bent if closed else [*bent, points[-1:]])


def _share(corner: Points, other: Points, radius: float) -> float:
    return min(0.5, radius / max(float(np.linalg.norm(other - corner)), 1e-6))
