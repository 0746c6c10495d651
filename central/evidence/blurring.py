"""Hides people and plates in a copy of a picture so that nothing of them can be brought back (VIDEO 22).

A box is filled with one colour. Where nobody has said what is to be hidden, everything around the vehicle is reduced to
squares so coarse that neither a face nor a plate leaves more than one or two of them.
The copy is made anew from its pixels: no metadata and no thumbnail of the original comes along.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageStat

from yuhang.messages import Box

SQUARES = 24
"""Squares along the long side of a picture whose surroundings are hidden."""
_MARGIN = 0.12  # share of a box's size by which it is enlarged on each side: detectors cut closely
_STEP = 32  # colours of filled boxes are rounded to this, so that not even their mean tells much


@dataclass(frozen=True, slots=True)
class Hiding:
    """What is to be hidden in a picture of this full size: boxes, or without any everything around the vehicle.

    `whole` also hides the vehicle itself, for those who need no more than to see that there is a picture.
    """

    width: int
    height: int
    boxes: tuple[Box, ...]
    vehicle: Box | None
    whole: bool = False

    @property
    def name(self) -> str:
        """The same for the same hiding, for the names of copies."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:12]


def hide(picture: Image.Image, hiding: Hiding) -> Image.Image:
    """A copy of a picture (of any size, with the sides of the full one) in which what is to be hidden is gone."""
    copy = picture.convert("RGB")
    scale = copy.width / hiding.width, copy.height / hiding.height
    if not hiding.boxes:
        copy = _coarse_around(copy, None if hiding.vehicle is None or hiding.whole else _scaled(hiding.vehicle, scale, 0.0))
    for box in hiding.boxes:
        _fill(copy, _scaled(box, scale, _MARGIN))
    if hiding.whole and hiding.vehicle is not None:
        _fill(copy, _scaled(hiding.vehicle, scale, 0.0))
    return copy


def _coarse_around(picture: Image.Image, keep: tuple[int, int, int, int] | None) -> Image.Image:
    side = max(picture.size)
    few = max(1, round(picture.width / side * SQUARES)), max(1, round(picture.height / side * SQUARES))
    coarse = picture.resize(few, Image.Resampling.BOX).resize(picture.size, Image.Resampling.NEAREST)
    if keep is not None and keep[2] > keep[0] and keep[3] > keep[1]:
        coarse.paste(picture.crop(keep), keep[:2])
    return coarse


def _fill(picture: Image.Image, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box[0], box[1], min(box[2], picture.width), min(box[3], picture.height)
    if right <= left or bottom <= top:
        return
    colour = tuple(round(value / _STEP) * _STEP for value in _mean(picture.crop((left, top, right, bottom))))
    ImageDraw.Draw(picture).rectangle((left, top, right - 1, bottom - 1), fill=colour)


def _mean(picture: Image.Image) -> Sequence[float]:
    return ImageStat.Stat(picture).mean


def _scaled(box: Box, scale: tuple[float, float], margin: float) -> tuple[int, int, int, int]:
    """The box in pixels of the copy, enlarged by `margin` and outwards to whole pixels."""
    wide, high = margin * (box.right - box.left), margin * (box.bottom - box.top)
    return (
        max(0, int((box.left - wide) * scale[0])),
        max(0, int((box.top - high) * scale[1])),
        int((box.right + wide) * scale[0]) + 1,
        int((box.bottom + high) * scale[1]) + 1,
    )
