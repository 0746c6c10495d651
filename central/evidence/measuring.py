"""What a picture is, measured once from its bytes when it arrives; `picture_rules` judges the values."""

import io
import warnings

from PIL import Image, ImageFilter, ImageStat, UnidentifiedImageError
from pydantic import BaseModel, ConfigDict, Field

_WORK_SIZE = 640  # pixels of the long side on which light, colour and sharpness are measured
_EDGES = ImageFilter.Kernel((3, 3), (0, -1, 0, -1, 4, -1, 0, -1, 0), scale=1, offset=128)
_BORDER = 2  # pixels that the filters leave as they are
_DEPTHS = {"RGB": 24, "RGBA": 32, "YCbCr": 24, "CMYK": 32, "L": 8, "P": 8, "1": 1, "LA": 16}


class PictureMeasures(BaseModel):
    """Measured values of a picture; `None` as a whole stands for a file that is no picture."""

    model_config = ConfigDict(frozen=True)

    width: int
    height: int
    bits: int = Field(description="bits a pixel, as stored")
    brightness: float = Field(description="mean of the grey values, 0 to 255")
    contrast: float = Field(description="standard deviation of the grey values")
    chroma: float = Field(description="how far the colours lie from grey, 0 to 128")
    softness: float = Field(
        description="share of the edges that is left after blurring once more: sharp 0.2-0.6, blurred above 0.85"
    )


def measure_picture(content: bytes, max_pixels: int) -> PictureMeasures | None:
    """Decode a JPEG, PNG or WebP whole and measure it; None if the bytes are no such picture, are damaged or too many."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as picture:
                if picture.width * picture.height > max_pixels:
                    return None
                size, bits = picture.size, _DEPTHS.get(picture.mode, 0)
                picture.load()  # all of it: a picture that ends half-way is damaged
                small = picture.convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
    except (OSError, ValueError, SyntaxError):  # what Pillow raises on a broken stream
        return None
    small.thumbnail((_WORK_SIZE, _WORK_SIZE))
    grey = small.convert("L")
    light = ImageStat.Stat(grey)
    return PictureMeasures(
        width=size[0],
        height=size[1],
        bits=bits,
        brightness=round(light.mean[0], 1),
        contrast=round(light.stddev[0], 1),
        chroma=round(_chroma(small), 2),
        softness=round(_softness(grey), 3),
    )


def _chroma(picture: Image.Image) -> float:
    """Root mean square of the distance of both colour channels from grey."""
    _, blue, red = picture.convert("YCbCr").split()
    stats = [ImageStat.Stat(channel) for channel in (blue, red)]
    return float(sum(stat.var[0] + (stat.mean[0] - 128) ** 2 for stat in stats) ** 0.5)


def _softness(grey: Image.Image) -> float:
    """A sharp picture loses its edges when it is blurred, a blurred one has none to lose (after Crete et al., 2007)."""
    edges = _edges(grey)
    return _edges(grey.filter(ImageFilter.GaussianBlur(1.0))) / edges if edges > 0 else 1.0


def _edges(grey: Image.Image) -> float:
    if min(grey.size) <= 2 * _BORDER:
        return 0.0
    filtered = grey.filter(_EDGES)
    inner = filtered.crop((_BORDER, _BORDER, grey.width - _BORDER, grey.height - _BORDER))
    return float(ImageStat.Stat(inner).stddev[0])
