"""What an officer's photo says of itself."""

import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import anyio
import pytest
from PIL import Image
from starlette.requests import ClientDisconnect

from central.errors import Unprocessable
from central.foot.picture import read_photo
from central.foot.receiving import read_body

TWELVE_PAST = datetime(2026, 6, 1, 1, 12, 30, tzinfo=UTC)
TIMES = [
    ("2026:06:01 09:12:30", None, TWELVE_PAST),  # no zone: Beijing
    ("2026:06:01 01:12:30", "+00:00", TWELVE_PAST),
    ("2026:06:01 09:12:30", "nonsense", TWELVE_PAST),
    ("yesterday", None, None),
    (None, None, None),
]


def picture(taken: str | None = None, offset: str | None = None, form: str = "JPEG") -> bytes:
    exif = Image.Exif()
    if taken is not None:
        exif.get_ifd(0x8769)[0x9003] = taken
    if offset is not None:
        exif.get_ifd(0x8769)[0x9011] = offset
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "grey").save(out, form, exif=exif)
    return out.getvalue()


@pytest.mark.parametrize(("taken", "offset", "expected"), TIMES)
def test_law_01_the_time_in_the_picture_is_read(taken: str | None, offset: str | None, expected: datetime | None) -> None:
    assert read_photo(picture(taken, offset)).taken_at == expected


@pytest.mark.parametrize("content", [b"", b"not a picture", picture()[:40], picture(form="GIF")])
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(Unprocessable):
        read_photo(content)


def test_a_photo_that_breaks_off_on_its_way_is_refused_and_not_an_error_of_the_service() -> None:
    async def body() -> AsyncIterator[bytes]:
        yield b"\xff\xd8\xff"
        raise ClientDisconnect

    with pytest.raises(Unprocessable, match="send it again"):
        anyio.run(read_body, body())
