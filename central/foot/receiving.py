"""Takes a photo in: its bytes stored as they came, then its link in the chain. Sent again, it is the same photo."""

import hashlib
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from anyio import to_thread
from starlette.requests import ClientDisconnect

from central.core import Core
from central.errors import TooLarge, Unprocessable
from central.evidence.receiving import receive_file
from central.foot.picture import read_photo
from central.foot.service import FootService, NewPhoto
from central.users.roles import Principal
from yuhang.evidence.photos import PhotoKind

MAX_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SentPhoto:
    """What comes with the bytes: `sha256` where the phone could compute it, `phone_time` by its clock when it sent them."""

    case_id: str
    key: str
    kind: PhotoKind
    sha256: str | None = None
    phone_time: datetime | None = None


async def receive_photo(core: Core, foot: FootService, user: Principal, sent: SentPhoto, body: AsyncIterable[bytes]) -> str:
    """Returns the SHA-256 of the photo.

    Raises `TooLarge`, `Unprocessable` (no picture, or other bytes than the phone had) and what `FootService.add_photo` raises.
    """

    def check() -> None:
        with core.database.reader() as session:
            foot.task(session, user, sent.case_id)

    await to_thread.run_sync(check)
    content = await read_body(body)
    sha256 = hashlib.sha256(content).hexdigest()
    if sent.sha256 not in {None, sha256}:
        raise Unprocessable("the photo changed on its way; send it again")
    says = await to_thread.run_sync(read_photo, content)
    await receive_file(core, sha256, _once(content), None, again=True)
    photo = NewPhoto(
        key=sent.key,
        kind=sent.kind,
        sha256=sha256,
        size=len(content),
        media_type=says.media_type,
        taken_at=says.taken_at,
        phone_time=sent.phone_time,
        hashed_on_phone=sent.sha256 is not None,
    )

    def note() -> None:
        with core.database.session() as session:
            foot.add_photo(session, user, sent.case_id, photo)

    await to_thread.run_sync(note)
    return sha256


async def read_body(body: AsyncIterable[bytes]) -> bytes:
    """The whole of a photo; `TooLarge`, or `Unprocessable` where it broke off."""
    content = bytearray()
    try:
        async for piece in body:
            content += piece
            if len(content) > MAX_BYTES:
                raise TooLarge(f"a photo has at most {MAX_BYTES} bytes")
    except ClientDisconnect as error:  # the phone has lost its network; it sends the photo again
        raise Unprocessable("the photo broke off on its way; send it again") from error
    return bytes(content)


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
