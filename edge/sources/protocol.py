"""What the node and its decoder processes say to each other: JSON over a socket, checked on both sides.

A decoder process eats what cameras send and may be taken over by it; so nothing that comes from it is unpickled.
"""

import socket
from multiprocessing.connection import Connection
from typing import Annotated, Literal

import numpy as np
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, NonNegativeInt, RootModel, ValidationError

from edge.frames import MOST_MOMENTS, Moments, SourceState
from edge.sources.config import REVEAL, SourceConfig
from edge.sources.errors import SourceError
from yuhang.config.clock import ClockConfig
from yuhang.messages import FrameClock, Slug

_LARGEST_CLIP = 1 << 30


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CameraPlan(_Message):
    """One camera to be read: what to open, and how many pictures a second the pipeline wants (None: all)."""

    camera: Slug
    source: SourceConfig
    analysis_fps: float | None = Field(default=None, gt=0)


# --- node to child ----------------------------------------------------------------------------------------------------


class Setup(_Message):
    """The first message: what to do.

    `memory` holds the file descriptor of each camera's picture slots, `not_before` the time of its last picture.
    """

    type: Literal["setup"] = "setup"
    cameras: tuple[CameraPlan, ...]
    memory: tuple[int, ...]
    clock: ClockConfig
    not_before: tuple[AwareDatetime | None, ...]


class Emptied(_Message):
    """The node has read a slot."""

    type: Literal["emptied"] = "emptied"
    camera: Slug
    slot: NonNegativeInt


class ClipRequest(_Message):
    """Cut a clip; answered by `ClipReply`."""

    type: Literal["clip"] = "clip"
    number: int
    camera: Slug
    start: AwareDatetime
    end: AwareDatetime


class Attend(_Message):
    """From now on the node needs a picture at least every `within_s` seconds of stream time; None: key frames are enough.

    Key frames less than `apart_s` after the last picture are left out.
    """

    type: Literal["attend"] = "attend"
    camera: Slug
    within_s: float | None = Field(default=None, gt=0)
    apart_s: float = Field(default=0.0, ge=0)


class LookBack(_Message):
    """Show a part of the picture (left, top, right, bottom as shares) between two times; answered by `LookBackReply`."""

    type: Literal["look_back"] = "look_back"
    number: int
    camera: Slug
    start: AwareDatetime
    end: AwareDatetime
    part: tuple[float, float, float, float]


Order = Setup | Emptied | ClipRequest | Attend | LookBack


# --- child to node ----------------------------------------------------------------------------------------------------


class Changed(_Message):
    """A camera's source has changed its state, or goes on with new time stamps (`state` stays live, `detail` says so)."""

    type: Literal["changed"] = "changed"
    camera: Slug
    state: SourceState
    time: AwareDatetime
    detail: str = ""


class Picture(_Message):
    """A picture lies in a slot."""

    type: Literal["picture"] = "picture"
    camera: Slug
    index: NonNegativeInt
    time: AwareDatetime
    clock: FrameClock
    slot: NonNegativeInt
    width: int
    height: int


class Counters(_Message):
    """What a camera's reader has counted since its process began."""

    type: Literal["counters"] = "counters"
    camera: Slug
    packets: NonNegativeInt
    pictures: NonNegativeInt
    damaged: NonNegativeInt
    dropped: NonNegativeInt


class ClipReply(_Message):
    """The clip follows as one raw message of `size` bytes, unless `found` is false."""

    type: Literal["clip"] = "clip"
    number: int
    found: bool
    media_type: str = ""
    start: AwareDatetime | None = None
    end: AwareDatetime | None = None
    detail: str = ""


class LookBackReply(_Message):
    """One grey picture of `width` x `height` bytes for each of `times` follows as one raw message, unless there is none."""

    type: Literal["look_back"] = "look_back"
    number: int
    camera: Slug
    times: tuple[AwareDatetime, ...] = Field(default=(), max_length=MOST_MOMENTS)
    width: int = Field(default=0, ge=0, le=8192)
    height: int = Field(default=0, ge=0, le=8192)
    detail: str = ""

    @property
    def size(self) -> int:
        """Bytes that follow."""
        return len(self.times) * self.width * self.height


Report = Changed | Picture | Counters | ClipReply | LookBackReply


class _AnyOrder(RootModel[Annotated[Order, Field(discriminator="type")]]):
    """What the node may say."""


class _AnyReport(RootModel[Annotated[Report, Field(discriminator="type")]]):
    """What a child may say."""


def connect() -> tuple[Connection, socket.socket]:
    """Both ends of a new line: the node's, and the one that goes to the child."""
    here, there = socket.socketpair()
    return Connection(here.detach()), there


def send(connection: Connection, message: _Message) -> None:
    """Send one message; a closed line raises `OSError`."""
    connection.send_bytes(message.model_dump_json(context=REVEAL).encode())


def receive_order(connection: Connection) -> Order:
    """The node's next message; EOFError once the node is gone."""
    return _AnyOrder.model_validate_json(connection.recv_bytes()).root


def receive_report(connection: Connection) -> Report:
    """The child's next message; EOFError once it is gone, `SourceError` where it talks nonsense."""
    try:
        return _AnyReport.model_validate_json(connection.recv_bytes()).root
    except ValidationError as error:
        raise SourceError("a decoder process talks nonsense") from error


def receive_clip(connection: Connection) -> bytes:
    """The raw message after a `ClipReply`."""
    return connection.recv_bytes(_LARGEST_CLIP)


def receive_moments(connection: Connection, reply: LookBackReply) -> Moments:
    """What a `LookBackReply` announces; EOFError once the child is gone, `SourceError` where the size is another."""
    content = connection.recv_bytes(_LARGEST_CLIP) if reply.times else b""
    if len(content) != reply.size:
        raise SourceError("a decoder process sends other moments than it says")
    grey = np.frombuffer(content, np.uint8).reshape(-1, reply.height or 1, reply.width or 1)
    return Moments(reply.camera, reply.number, reply.times, grey)
