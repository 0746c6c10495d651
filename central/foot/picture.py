"""What an officer's photo says of itself. The bytes are hostile until Pillow has read them."""

import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from PIL import Image, UnidentifiedImageError

from central.cases.calendar import BEIJING
from central.errors import Unprocessable

_MEDIA = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_EXIF, _TAKEN, _OFFSET = 0x8769, 0x9003, 0x9011  # Exif IFD, DateTimeOriginal, OffsetTimeOriginal
_ZONE = re.compile(r"([+-])(\d{2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class PhotoSays:
    """Kind of the file and when it was taken by the phone's clock (UTC), where it says so."""

    media_type: str
    taken_at: datetime | None


def read_photo(content: bytes) -> PhotoSays:
    """Read head and EXIF; `Unprocessable` for what is no picture."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            media_type = _MEDIA.get(image.format or "")
            exif = image.getexif().get_ifd(_EXIF)
            image.verify()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Unprocessable("this is no photo that can be read: JPEG, PNG or WebP") from error
    if media_type is None:
        raise Unprocessable("photos are JPEG, PNG or WebP")
    return PhotoSays(media_type, _taken_at(exif.get(_TAKEN), exif.get(_OFFSET)))


def _taken_at(text: object, offset: object) -> datetime | None:
    try:
        local = datetime.strptime(str(text).strip("\0 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - the zone follows
    except ValueError:
        return None
    zone = _ZONE.fullmatch(str(offset).strip("\0 "))
    if zone is None:
        return local.replace(tzinfo=BEIJING).astimezone(UTC)
    ahead = timedelta(hours=int(zone[2]), minutes=int(zone[3]))
    return local.replace(tzinfo=timezone(ahead if zone[1] == "+" else -ahead)).astimezone(UTC)
