"""What a source hands to the pipeline: decoded frames with their own time, and changes of the source's state."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from edge.boxes import Rect
from yuhang.messages import FrameClock

Pixels = NDArray[np.uint8]


class SourceState(StrEnum):
    """States of a source; every change is handed to the pipeline as a `SourceChange`."""

    CONNECTING = "connecting"
    LIVE = "live"
    LOST = "lost"  # waiting to try again
    ENDED = "ended"  # a recording has come to its end; final
    CLOSED = "closed"  # closed on purpose; final


class FrameImage(Protocol):
    """One picture, read-only by agreement."""

    @property
    def bgr(self) -> Pixels:
        """Height x width x 3, uint8."""

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels."""

    def forget(self) -> None:
        """Free what was computed from the picture and can be computed again."""

    def grey(self, width: int, height: int, part: Rect | None = None) -> Pixels:
        """The picture, or the whole pixels of a part of it, in grey (0..255), averaged to `width` x `height`."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One decoded picture.

    `time` is the frame's own time (UTC), never the time at
    which the frame was handled; `clock` says where it comes from and how far it can be trusted. `index` counts the pictures due
    for analysis since the source was opened, dropped ones included, so that a jump shows a drop.
    """

    camera: str
    index: int
    time: datetime
    clock: FrameClock
    image: FrameImage


@dataclass(frozen=True, slots=True)
class SourceChange:
    """The source of a camera has changed its state at `time`."""

    camera: str
    state: SourceState
    time: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Clip:
    """Part of the camera's own stream, re-muxed without re-encoding: MP4 bytes, frame times of its first and last picture."""

    content: bytes
    media_type: str
    start: datetime
    end: datetime


Part = tuple[float, float, float, float]
"""Left, top, right, bottom as shares of the picture's width and height."""

MOST_MOMENTS = 150


@dataclass(frozen=True, slots=True)
class Moments:
    """A part of the picture at several times, in grey, for who asked under `number`.

    `grey` is count x height x width, uint8; `times` are frame times in order, none where the packets are no longer held.
    """

    camera: str
    number: int
    times: tuple[datetime, ...]
    grey: Pixels


class Hindsight(Protocol):
    """What a source of key frames can tell of the time between them."""

    def attend(self, camera: str, within_s: float | None, apart_s: float = 0.0) -> None:
        """Show a picture at least every `within_s` seconds of stream time; None: key frames are enough, those `apart_s` apart."""

    def look_back(self, camera: str, start: datetime, end: datetime, part: Part) -> int | None:
        """Ask for a part of the pictures between two times; the answer comes as `Moments` with this number. None: nobody can."""


class NoHindsight:
    """A source that keeps nothing."""

    def attend(self, camera: str, within_s: float | None, apart_s: float = 0.0) -> None:
        """Nothing can be changed."""

    def look_back(self, camera: str, start: datetime, end: datetime, part: Part) -> int | None:
        del camera, start, end, part
        return None


ClipSource = Callable[[str, datetime, datetime], Clip | None]
"""`FrameSource.clip`: camera, start, end."""


class FrameSource(Protocol):
    """One or several cameras as a stream of frames and state changes."""

    def read(self, timeout_s: float, busy: Collection[str] = ()) -> Frame | SourceChange | Moments | None:
        """The next frame, change or answer of any camera, or None after `timeout_s` real seconds without one.

        What the cameras in `busy` bring stays where it is until they are asked for again.
        """

    def clip(self, camera: str, start: datetime, end: datetime) -> Clip | None:
        """The camera's own packets from the key frame at or before `start` to `end`, or None if they are no longer held."""

    def close(self) -> None:
        """Stop all cameras and free what they hold."""
