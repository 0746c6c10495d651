"""The ground colour of an ordinary plate, where its form leaves it open: blue (small vehicles) or yellow (large, commercial).

Hue alone misleads: under street lamps blue plates look brown, overexposed ones cyan. What no lamp changes is that blue plates
(GA 36-2018) carry light characters on a darker ground and yellow ones dark characters on a lighter ground. So yellow is said only
when both agree, and the strips above and below the characters, where there is nothing but ground, tell which is which.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.inference.preprocess import Image
from yuhang.plates import PlateColour

# Parts of an upright crop's height and width. GA 36 draws characters of 90 mm on a plate of 140 mm.
_COLUMNS = (0.14, 0.95)  # without the province, the densest character
_CHARACTERS = (0.2, 0.8)
_MIDDLE = (0.3, 0.7)
_STRIPS = ((0.08, 0.25), (0.75, 0.92))
_LIGHT_GROUND = 0.15  # strips lighter than the middle, in units of the contrast between characters and ground
_DARK_GROUND = -0.05
_YELLOW_HUES = (5, 45)  # of OpenCV's 180
_BLUE_HUES = (88, 132)
_COLOURED = 70  # saturation (of 255) from which a hue means anything
_STRONGLY_COLOURED = 150  # white characters under an orange lamp stay below


@dataclass(frozen=True, slots=True)
class _Tone:
    hue: float
    saturation: float

    def within(self, hues: tuple[int, int], saturation: float) -> bool:
        return self.saturation >= saturation and hues[0] <= self.hue <= hues[1]


def ground_colour(crop_bgr: Image) -> PlateColour | None:
    """Blue or yellow for an upright crop (h x w x 3) that one ordinary plate fills; none where the picture does not say."""
    crop = _part(crop_bgr.swapaxes(0, 1), _COLUMNS).swapaxes(0, 1)
    inner = np.ascontiguousarray(_part(crop, _CHARACTERS))
    if min(inner.shape[:2]) < 2:
        return None
    _, mask = cv2.threshold(cv2.cvtColor(inner, cv2.COLOR_BGR2GRAY), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    light = mask > 0
    lean = _ground_lightness(crop, inner, light)
    if lean >= _LIGHT_GROUND and _tone(inner[light]).within(_YELLOW_HUES, _STRONGLY_COLOURED):
        return PlateColour.YELLOW
    if lean <= _DARK_GROUND or _tone(inner.reshape(-1, 3)).within(_BLUE_HUES, _COLOURED):
        return PlateColour.BLUE
    return None


def _ground_lightness(crop: Image, inner: Image, light: NDArray[np.bool_]) -> float:
    """By how much the strips of bare ground are lighter than the rows of characters; 0 where there is no contrast at all."""
    grey = cv2.cvtColor(inner, cv2.COLOR_BGR2GRAY)
    if light.all() or not light.any():
        return 0.0
    contrast = float(grey[light].mean()) - float(grey[~light].mean())
    rows = cv2.cvtColor(np.ascontiguousarray(crop), cv2.COLOR_BGR2GRAY).mean(axis=1)
    strips = sum(float(np.median(_part(rows, strip))) for strip in _STRIPS) / len(_STRIPS)
    return (strips - float(_part(rows, _MIDDLE).mean())) / contrast


def _part(values: NDArray[Any], span: tuple[float, float]) -> NDArray[Any]:
    """The rows from one part of the height to another."""
    return values[round(len(values) * span[0]) : round(len(values) * span[1])]


def _tone(pixels_bgr: Image) -> _Tone:
    """Median hue (0..180) and saturation (0..255) of n x 3 pixels."""
    if not len(pixels_bgr):
        return _Tone(0.0, 0.0)
    hsv = cv2.cvtColor(np.ascontiguousarray(pixels_bgr)[None], cv2.COLOR_BGR2HSV)[0]
    return _Tone(float(np.median(hsv[:, 0])), float(np.median(hsv[:, 1])))
