"""What central says to a node, and the answer."""

from typing import Literal

from pydantic import Field

from yuhang.messages.base import Count, Message, Sha256, Slug, Ulid, UtcTime


class Ack(Message):
    """Ids of events that central has committed; the node may forget them."""

    ids: tuple[Ulid, ...]


class Command(Message):
    """Base of all commands; a node refuses one that has expired."""

    id: Ulid
    expires_at: UtcTime


class Reobserve(Command):
    """`command/reobserve`: take a picture of this stop at `due_at` (or at once if that has passed) and send `parking.present`."""

    track: Ulid
    due_at: UtcTime


class TakeSnapshot(Command):
    """`command/snapshot`: the next picture of a camera, whole, as JPEG."""

    camera: Slug


class CutClip(Command):
    """`command/clip`: the last seconds of a camera's own packets, as far as they are still held."""

    camera: Slug
    seconds: float = Field(gt=0, le=120)


class RestartCamera(Command):
    """`command/restart-camera`: read a camera anew."""

    camera: Slug


class Reload(Command):
    """`command/reload`: read the node's own file again and take up its zones."""


class SelfTest(Command):
    """`command/self-test`: try every part of the node and say how it is."""


class DesiredConfig(Message):
    """Retained on .../config: the configuration that central wants the node to run."""

    version: Count = Field(ge=1, description="higher than every one before; a node ignores what is not higher than its own")
    sha256: Sha256 = Field(description="of the document's UTF-8 bytes")
    document: str = Field(
        max_length=200_000,
        description="YAML: `cameras`, a list of `camera` and `zones`; a camera not named keeps the zones of the node's file",
    )


class ResultFile(Message):
    """A file that a command has brought; its bytes went over HTTP before the reply (PUT /api/v1/commands/<id>/result)."""

    sha256: Sha256
    size: Count
    media_type: Literal["image/jpeg", "video/mp4"]
    captured_at: UtcTime = Field(description="frame time of the picture, or of the clip's first one")


class Finding(Message):
    """What a self-test says of one part."""

    part: str = Field(max_length=80, description="for example disk, camera.street-1")
    ok: bool
    detail: str = Field(default="", max_length=300)


class Reply(Message):
    """.../reply/<id>: a node's answer to a command; `accepted` is followed by another once the work is done."""

    id: Ulid
    status: Literal["done", "accepted", "refused", "expired"]
    detail: str = Field(default="", max_length=300)
    time: UtcTime
    file: ResultFile | None = None
    findings: tuple[Finding, ...] = Field(default=(), max_length=200)
