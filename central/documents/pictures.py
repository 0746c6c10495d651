"""Copies of pictures for paper: the vehicle framed so that it is found without colour, others blurred, no metadata."""

import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, UnidentifiedImageError

from yuhang.messages import Box

LONGEST = 1280  # pixels: 180 dpi over the width of a page
_QUALITY = 82
_FORMATS = ("JPEG", "PNG", "WEBP")
_BLUR = 0.12  # of the box's longer side


@dataclass(frozen=True, slots=True)
class Marks:
    """What is drawn on the copy, in pixels of the original: `subject` is framed, `blur` is made unreadable."""

    subject: Box | None = None
    blur: Sequence[Box] = ()


def copy_for_paper(path: Path, marks: Marks, max_pixels: int) -> bytes | None:
    """A JPEG for paper, or None if the file is no picture that can be shown (a clip, a damaged file)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=_FORMATS) as opened:
                if opened.width * opened.height > max_pixels:
                    return None
                picture = opened.convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
    except (OSError, ValueError, SyntaxError):  # what Pillow raises on a broken stream
        return None
    scale = min(1.0, LONGEST / max(picture.size))
    for box in marks.blur:
        _blur(picture, box)
    picture = picture.resize((max(1, round(picture.width * scale)), max(1, round(picture.height * scale))))
    if marks.subject is not None:
        _frame(picture, marks.subject, scale)
    output = io.BytesIO()
    picture.save(output, "JPEG", quality=_QUALITY)
    return output.getvalue()


def _blur(picture: Image.Image, box: Box) -> None:
    area = (box.left, box.top, min(box.right, picture.width), min(box.bottom, picture.height))
    if area[0] >= area[2] or area[1] >= area[3]:
        return
    part = picture.crop(area)
    tiny = part.resize((max(1, part.width // 16), max(1, part.height // 16)))  # what is thrown away cannot be brought back
    radius = _BLUR * max(part.size)
    picture.paste(tiny.resize(part.size).filter(ImageFilter.GaussianBlur(radius)), area)


def _frame(picture: Image.Image, box: Box, scale: float) -> None:
    """A white frame within a black one, and an arrow: seen on any ground, also in black and white."""
    left, top, right, bottom = (round(value * scale) for value in (box.left, box.top, box.right, box.bottom))
    draw = ImageDraw.Draw(picture)
    line = max(3, picture.width // 300)
    for grow, colour in ((line, "black"), (0, "white")):
        draw.rectangle((left - grow, top - grow, right + grow, bottom + grow), outline=colour, width=line)
    middle, size = (left + right) // 2, picture.width // 30
    tip = max(top - 2 * line, size)
    for grow, colour in ((line, "black"), (0, "white")):
        draw.polygon(
            [
                (middle, tip + grow),
                (middle - size // 2 - grow, tip - size - grow),
                (middle + size // 2 + grow, tip - size - grow),
            ],
            fill=colour,
        )
