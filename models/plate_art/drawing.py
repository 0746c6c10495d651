"""Draws a plate of any class as a picture of one pixel a millimetre."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import manimgx_fonts_cjk  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from models.plate_art.layouts import RED_INK, Cell, Colour, Layout, PlateClass, layout_of
from models.plate_art.strokes import STROKES, Shake, draw_strokes

Picture = NDArray[np.uint8]
FONT_FILE = "NotoSansCJK-VF.otf.ttc"
SIMPLIFIED_CHINESE = 2
"""The face within the collection."""


@dataclass(frozen=True, slots=True)
class PlateFace:
    """How characters look: Noto Sans CJK of a weight, or for digits and letters the strokes of `models.plate_art.strokes`."""

    weight: int = 600
    stroke_mm: float | None = None
    """Thickness for a character of 90 mm; none: digits and letters from the font."""
    flag: bool = False
    """Whether the stroked 1 has its little flag."""
    shake: Shake | None = None


def draw_plate(
    text: str, kind: PlateClass, face: PlateFace | None = None, tint: Callable[[Colour], Colour] | None = None
) -> Picture:
    """The plate as height x width x 3 BGR; `tint` may change every colour of it."""
    face, tint = face or PlateFace(), tint or _same
    layout = layout_of(kind, len(text))
    picture = _ground(layout, tint)
    for cell, character in zip(layout.cells, text, strict=True):
        ink = RED_INK if character in layout.red else layout.ink
        mask = _mask(character, round(cell.width), round(cell.height), face)
        _stamp(picture, mask, cell, tint(ink))
    if layout.dot is not None:
        cv2.circle(picture, layout.dot, 5 if layout.width > 300 else 3, tint(layout.ink), -1, cv2.LINE_AA)
    cv2.rectangle(picture, (4, 4), (layout.width - 5, layout.height - 5), tint(layout.ink), 2, cv2.LINE_AA)
    return picture


def _same(colour: Colour) -> Colour:
    return colour


def _ground(layout: Layout, tint: Callable[[Colour], Colour]) -> Picture:
    top, bottom = (np.array(tint(tone), dtype=np.float64) for tone in layout.ground)
    share = np.linspace(0.0, 1.0, layout.height)[:, None, None]
    tones = top * (1 - share) + bottom * share
    picture = np.broadcast_to(tones, (layout.height, layout.width, 3)).astype(np.uint8, order="C")
    if layout.side is not None:
        picture[:, : round(layout.cells[2].left) - 14] = tint(layout.side)
    return picture


@functools.lru_cache(maxsize=20_000)
def _mask(character: str, width: int, height: int, face: PlateFace) -> Picture:
    """Ink of one character, 0..255."""
    if face.stroke_mm is not None and character in STROKES:
        thickness = face.stroke_mm * (height / 90 + width / 45) / 2
        return draw_strokes(character, width, height, thickness, flag=face.flag, shake=face.shake)
    return np.asarray(cv2.resize(glyph(character, face.weight), (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _stamp(picture: Picture, mask: Picture, cell: Cell, ink: Colour) -> None:
    left, top = round(cell.left), round(cell.top)
    place = picture[top : top + mask.shape[0], left : left + mask.shape[1]]
    alpha = mask[..., None].astype(np.uint32)
    place[:] = ((place * (255 - alpha) + np.array(ink, np.uint32) * alpha) // 255).astype(np.uint8)


@functools.cache
def glyph(character: str, weight: int) -> Picture:
    """The character's own box filled with ink, 0 to 255; a narrow one keeps its width."""
    image = Image.new("L", (400, 400))
    ImageDraw.Draw(image).text((60, 20), character, fill=255, font=_font(weight))
    box = image.getbbox()
    if box is None:
        raise ValueError(f"the font has no glyph for {character!r}")
    left, top, right, bottom = box
    narrow = 0.5 * (bottom - top) - (right - left)
    margin = round(max(0.0, narrow / 2)) if character in "1I" else 0
    return np.asarray(image.crop((left - margin, top, right + margin, bottom)))


@functools.cache
def _font(weight: int) -> ImageFont.FreeTypeFont:
    """Noto Sans CJK from the package `manimgx-fonts-cjk`."""
    face = ImageFont.truetype(str(Path(manimgx_fonts_cjk.__file__).parent / FONT_FILE), 240, index=SIMPLIFIED_CHINESE)
    face.set_variation_by_axes([weight])
    return face
