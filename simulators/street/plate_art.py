"""Draws Chinese number plates as GA 36-2018 lays them out: 440 x 140 mm blue and yellow, 480 x 140 mm green."""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import manimgx_fonts_cjk  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

PlateColour = Literal["blue", "yellow", "green"]
MILLIMETRES_HIGH = 140
PIXELS_PER_MILLIMETRE = 1.0
FONT_FILE = "NotoSansCJK-VF.otf.ttc"
FONT_WEIGHT = 600
SIMPLIFIED_CHINESE = 2
"""The face within the collection."""
WIDTHS: dict[PlateColour, int] = {"blue": 440, "yellow": 440, "green": 480}
INK: dict[PlateColour, tuple[int, int, int]] = {"blue": (250, 250, 250), "yellow": (20, 20, 20), "green": (20, 20, 20)}
GROUND: dict[PlateColour, tuple[tuple[int, int, int], tuple[int, int, int]]] = {
    "blue": ((160, 70, 10), (160, 70, 10)),
    "yellow": ((20, 180, 235), (20, 180, 235)),
    "green": ((225, 240, 225), (105, 195, 70)),
}
"""BGR at the top and at the bottom; the plate for new-energy cars runs from near white to green."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Where one character stands, millimetres from the plate's left and top edge."""

    left: float
    width: float


def cells(colour: PlateColour, count: int) -> list[Cell]:
    """The places of the characters: after the second one a wider gap, where the dot is on blue and yellow plates."""
    if colour == "green":
        return [Cell(15.5, 45), Cell(69.5, 43), *(Cell(161.5 + index * 52, 43) for index in range(count - 2))]
    return [Cell(15.5, 45), Cell(72.5, 45), *(Cell(151.5 + index * 57, 45) for index in range(count - 2))]


@functools.cache
def draw_plate(text: str, colour: PlateColour) -> NDArray[np.uint8]:
    """The plate as a picture of one pixel a millimetre, (140, 440 or 480, 3) BGR."""
    width = WIDTHS[colour]
    top, bottom = (np.array(tone, dtype=np.float64) for tone in GROUND[colour])
    share = np.linspace(0.0, 1.0, MILLIMETRES_HIGH)[:, None, None]
    picture = np.broadcast_to(top * (1 - share) + bottom * share, (MILLIMETRES_HIGH, width, 3)).astype(np.uint8, order="C")
    for cell, character in zip(cells(colour, len(text)), text, strict=True):
        stamp(picture, character, cell, INK[colour])
    if colour != "green":
        cv2.circle(picture, (134, 70), 5, INK[colour], -1, cv2.LINE_AA)
    cv2.rectangle(picture, (4, 4), (width - 5, MILLIMETRES_HIGH - 5), INK[colour], 2, cv2.LINE_AA)
    return picture


def stamp(picture: NDArray[np.uint8], character: str, cell: Cell, ink: tuple[int, int, int]) -> None:
    """Put one character into its cell, 90 mm high."""
    mask = cv2.resize(glyph(character), (round(cell.width), 90), interpolation=cv2.INTER_AREA)
    left = round(cell.left)
    place = picture[25:115, left : left + mask.shape[1]]
    alpha = mask[..., None] / 255.0
    place[:] = (place * (1 - alpha) + np.array(ink) * alpha).astype(np.uint8)


@functools.cache
def glyph(character: str) -> NDArray[np.uint8]:
    """The character's own box filled with ink, 0 to 255; a narrow one keeps its width."""
    image = Image.new("L", (400, 400))
    ImageDraw.Draw(image).text((60, 20), character, fill=255, font=font())
    box = image.getbbox()
    if box is None:
        raise ValueError(f"the font has no glyph for {character!r}")
    left, top, right, bottom = box
    narrow = 0.5 * (bottom - top) - (right - left)
    margin = round(max(0.0, narrow / 2)) if character in "1I" else 0
    return np.asarray(image.crop((left - margin, top, right + margin, bottom)))


@functools.cache
def font() -> ImageFont.FreeTypeFont:
    """Noto Sans CJK, bold, from the package `manimgx-fonts-cjk`."""
    face = ImageFont.truetype(str(Path(manimgx_fonts_cjk.__file__).parent / FONT_FILE), 240, index=SIMPLIFIED_CHINESE)
    face.set_variation_by_axes([FONT_WEIGHT])
    return face
