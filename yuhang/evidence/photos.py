"""The chain of officers' photos: each record names the photo, who brought it and when, and is bound to the one before. Pure."""

import hashlib
from collections.abc import Iterable
from enum import StrEnum
from typing import Literal

from pydantic import Field, ValidationError

from yuhang.evidence.canonical import NO_PREVIOUS, canonical_json
from yuhang.evidence.keys import NodeKey, signature_holds
from yuhang.messages import Message, Sha256, UtcTime, first_error

BROUGHT = "brought/"
PHOTOS = "photos.jsonl"


class PhotoKind(StrEnum):
    """What a photo shows."""

    SHEET = "sheet"  # the sheet on the car, its number readable
    PANORAMA = "panorama"  # car, place and surroundings


class PhotoFacts(Message):
    """What is known of a photo when its bytes have arrived.

    `taken_at_phone` is what the picture itself says (EXIF), read as Beijing time where it names no zone. `phone_offset_s` is the
    phone's clock minus central's when it sent the photo, network included.
    """

    case: str = Field(max_length=32)
    kind: PhotoKind
    file_sha256: Sha256
    size: int = Field(ge=1)
    media_type: str = Field(max_length=40)
    by: str = Field(max_length=64)
    received_at: UtcTime
    taken_at_phone: UtcTime | None = None
    phone_offset_s: float | None = None
    hashed_on_phone: bool = False


class PhotoRecord(PhotoFacts):
    """One link, signed by central."""

    version: Literal[1] = 1
    seq: int = Field(ge=1)
    previous: Sha256 = Field(description="hash of the record before; 64 zeros for the first")
    key_id: str = Field(max_length=64)
    hash: Sha256
    signature: str = Field(max_length=128)


def sign_photo(facts: PhotoFacts, seq: int, previous: str, key: NodeKey) -> PhotoRecord:
    """The record of a photo, number `seq` of the chain."""
    draft = PhotoRecord(**facts.model_dump(), seq=seq, previous=previous, key_id=key.key_id, hash=NO_PREVIOUS, signature="")
    digest = _hash(draft)
    return draft.model_copy(update={"hash": digest, "signature": key.sign(digest)})


def photo_line(record: PhotoRecord) -> str:
    """The record as it is kept and handed out."""
    return canonical_json(record.model_dump(mode="json")).decode()


def photo_holds(record: PhotoRecord, public_key: str | None) -> bool:
    """Whether the record is as it was signed with the private half of this key (base64)."""
    return public_key is not None and _hash(record) == record.hash and signature_holds(public_key, record.hash, record.signature)


def read_photos(lines: Iterable[str]) -> list[PhotoRecord | str]:
    """The records of a file; a line that is none, or is written in another way than central writes it, gives its error."""
    found: list[PhotoRecord | str] = []
    for line in lines:
        try:
            record = PhotoRecord.model_validate_json(line)
        except ValidationError as error:
            found.append(first_error(error))
        else:
            found.append(record if photo_line(record) == line else "it is written in another way than central writes it")
    return found


def _hash(record: PhotoRecord) -> str:
    return hashlib.sha256(canonical_json(record.model_dump(mode="json", exclude={"hash", "signature"}))).hexdigest()
