"""What central says to a node, and the answer."""

from typing import Literal

from pydantic import Field

from yuhang.messages.base import Count, Message, Sha256, Ulid, UtcTime


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


class DesiredConfig(Message):
    """Retained on .../config: the configuration that central wants the node to run."""

    version: Count = Field(ge=1, description="higher than every one before; a node ignores what is not higher than its own")
    sha256: Sha256 = Field(description="of the document's UTF-8 bytes")
    document: str = Field(
        max_length=200_000,
        description="YAML: `cameras`, a list of `camera` and `zones`; a camera not named keeps the zones of the node's file",
    )


class Reply(Message):
    """.../reply/<id>: a node's answer to a command."""

    id: Ulid
    status: Literal["done", "accepted", "refused", "expired"]
    detail: str = Field(default="", max_length=300)
    time: UtcTime
