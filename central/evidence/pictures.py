"""Previews of evidence pictures. The bytes are hostile until Pillow has decoded them; what a sender calls them does not count."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from central.errors import Unprocessable
from central.evidence.blurring import Hiding, hide

_FORMATS = ("JPEG", "PNG", "WEBP")
_MEDIA_TYPES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


class PreviewSize(StrEnum):
    """How large a preview is."""

    THUMBNAIL = "thumbnail"
    SCREEN = "screen"

    @property
    def pixels(self) -> int:
        """Longest side."""
        return {PreviewSize.THUMBNAIL: 320, PreviewSize.SCREEN: 1600}[self]


def preview(path: Path, size: PreviewSize, max_pixels: int, hiding: Hiding | None = None) -> bytes:
    """The picture as a small JPEG without any of its metadata, with what is to be hidden gone.

    `Unprocessable` if it is no picture that can be shown.
    """
    with _opened(path, max_pixels) as picture:
        picture.draft("RGB", (size.pixels, size.pixels))
        picture.thumbnail((size.pixels, size.pixels))
        return _jpeg(hide(picture, hiding) if hiding else picture.convert("RGB"))


def clean_copy(content: bytes, longest: int, max_pixels: int) -> bytes:
    """A picture that somebody has sent in, decoded whole and made anew as JPEG: upright, at most `longest` pixels, no metadata.

    `Unprocessable` if it is no picture that can be shown.
    """
    with _opened(io.BytesIO(content), max_pixels) as picture:
        picture.draft("RGB", (longest, longest))
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((longest, longest))
        if upright.mode in {"RGBA", "LA", "PA", "P"}:
            upright = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright.convert("RGBA"))
        return _jpeg(upright.convert("RGB"))


@contextmanager
def _opened(source: Path | io.BytesIO, max_pixels: int) -> Iterator[Image.Image]:
    """A picture whose size is known and sane before anything of it is decoded; whatever is wrong with it is `Unprocessable`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(source, formats=_FORMATS) as picture:
                if picture.width * picture.height > max_pixels:
                    raise Unprocessable(f"the picture has {picture.width}x{picture.height} pixels, too many to be decoded")
                yield picture
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unprocessable("the file is not a picture that can be shown") from error
    except (OSError, ValueError, SyntaxError) as error:  # what Pillow raises on a broken stream
        raise Unprocessable("the picture is damaged") from error


def _jpeg(picture: Image.Image) -> bytes:
    picture.info.clear()  # Pillow would write what it finds there into the copy
    output = io.BytesIO()
    picture.save(output, "JPEG", quality=85)
    return output.getvalue()


def is_jpeg(content: bytes, max_pixels: int) -> bool:
    """Whether the bytes are a JPEG of a sane size, by its header."""
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG",)) as picture:
            return picture.width * picture.height <= max_pixels
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False


def sniff_media_type(path: Path) -> str:
    """Media type by the first bytes: JPEG and PNG by name, MP4 by its box, everything else as plain bytes."""
    with path.open("rb") as file:
        return media_type_of(file.read(16))


def media_type_of(head: bytes) -> str:
    """As `sniff_media_type`, for the first bytes of a file."""
    for magic, media_type in _MEDIA_TYPES.items():
        if head.startswith(magic):
            return media_type
    return "video/mp4" if head[4:8] == b"ftyp" else "application/octet-stream"
