"""Files and their records, bound to each other in the chain of a node."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from yuhang.messages.base import Box, Count, FrameClock, Message, Sha256, Slug, UtcTime


class EvidenceKind(StrEnum):
    """What a file shows."""

    ARRIVAL = "arrival"  # the vehicle when it came to rest
    NOTICE = "notice"  # the vehicle when the warning dwell was reached: the picture before the notice
    PRESENT = "present"  # the vehicle still there
    LEFT = "left"  # the place after the vehicle has left
    PLATE = "plate"  # close-up of the plate
    CLIP = "clip"  # the camera's own packets around a moment
    BEFORE = "before"  # the place or the thing before what the event is about
    DURING = "during"  # while it happened
    AFTER = "after"  # what it left behind
    PATH = "path"  # a composite: one picture with everything that moved along a path, drawn from several frames


class EvidenceRecord(Message):
    """One link of a node's evidence chain: what was captured, bound to the record before it and signed by the node."""

    version: Literal[1] = 1
    site: Slug
    node: Slug
    seq: Count = Field(ge=1, description="position in the node's chain, without gaps")
    previous: Sha256 = Field(description="hash of the record before; 64 zeros for the first")
    file_sha256: Sha256
    size: Count
    media_type: str = Field(max_length=100)
    kind: EvidenceKind
    camera: Slug
    captured_at: UtcTime
    clock: FrameClock
    models: dict[str, Sha256] = Field(description="models that looked at the picture, by name")
    config_sha256: Sha256
    hash_algorithm: Literal["sha256"] = "sha256"
    signature_algorithm: Literal["ed25519"] = "ed25519"
    key_id: str = Field(max_length=64, description="first 16 hexadecimal digits of the SHA-256 of the public key")
    hash: Sha256 = Field(description="SHA-256 of the record's canonical JSON without `hash` and `signature`")
    signature: str = Field(max_length=128, description="base64 signature over the hash's bytes")


class EvidenceFile(Message):
    """A file that an event names; its bytes go over HTTP to /api/v1/evidence/<sha256>."""

    record: EvidenceRecord
    width: int | None = Field(default=None, ge=1)
    height: int | None = Field(default=None, ge=1)
    subject: Box | None = Field(default=None, description="the vehicle that the event is about")
    blur: tuple[Box, ...] = Field(default=(), description="other people and plates, to be blurred before publication")
