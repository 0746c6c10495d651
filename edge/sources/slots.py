"""Pictures handed from a child process to the node through memory that both see, without a copy through a pipe.

The memory is anonymous (`memfd_create`): it has no name and is freed with the last process that holds it, so nothing can leak,
however the processes die. A slot belongs to the child until a picture lies in it, then to the node until the node gives it
back; so no picture is ever read while it is written.
"""

import contextlib
import mmap
import os
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from edge.sources.errors import SourceError

SLOTS = 2

Picture = TypeVar("Picture")


class PictureSlots:
    """`SLOTS` places for pictures of at most `max_pixels`. Pages that no picture has touched take no memory."""

    def __init__(self, descriptor: int, max_pixels: int) -> None:
        """Map the memory behind `descriptor`, which this object then owns."""
        self.descriptor = descriptor
        self._slot_bytes = _whole_pages(max_pixels * 3 // 2)
        self._memory = mmap.mmap(descriptor, self._slot_bytes * SLOTS)

    @classmethod
    def create(cls, max_pixels: int) -> "PictureSlots":
        descriptor = os.memfd_create("yuhang-pictures")
        os.ftruncate(descriptor, _whole_pages(max_pixels * 3 // 2) * SLOTS)
        return cls(descriptor, max_pixels)

    def place(self, slot: int, height: int, width: int) -> NDArray[np.uint8]:
        """Where a picture goes in a slot: I420, (height * 3 / 2) x width, uint8."""
        return self._view(slot, height, width)

    def read(self, slot: int, height: int, width: int) -> NDArray[np.uint8]:
        """A copy of the picture in a slot: I420, (height * 3 / 2) x width, uint8."""
        return self._view(slot, height, width).copy()

    def free(self, slot: int) -> None:
        """Give the memory of an empty slot back until the next picture: worth it where pictures are rare."""
        with contextlib.suppress(OSError):  # a kernel that cannot do this keeps the memory, and that is all
            self._memory.madvise(mmap.MADV_REMOVE, slot * self._slot_bytes, self._slot_bytes)

    def check(self, slot: int, height: int, width: int) -> None:
        """`SourceError` unless a picture of this size may lie in this slot: what a child process says is not believed."""
        even = height % 2 == width % 2 == 0
        if not (0 <= slot < SLOTS and even and height > 0 and width > 0 and height * width * 3 // 2 <= self._slot_bytes):
            raise SourceError(f"a picture of {width} x {height} pixels does not fit into slot {slot}")

    def close(self) -> None:
        """Give the memory back; the other process keeps its own hold."""
        self._memory.close()
        os.close(self.descriptor)

    def _view(self, slot: int, height: int, width: int) -> NDArray[np.uint8]:
        self.check(slot, height, width)
        offset = slot * self._slot_bytes
        flat = np.frombuffer(self._memory, np.uint8, height * width * 3 // 2, offset)
        return flat.reshape(height * 3 // 2, width)


def _whole_pages(size: int) -> int:
    return -(-size // mmap.PAGESIZE) * mmap.PAGESIZE


@dataclass(slots=True)
class Mailbox(Generic[Picture]):
    """Which pictures go where: as many as there are free slots, then only the newest waits. Pure; one for each camera.

    `dropped` counts pictures that were replaced by newer ones before the node had room for them.
    """

    free: list[int]
    waiting: Picture | None = None
    dropped: int = 0

    def offer(self, picture: Picture) -> int | None:
        """A slot for `picture`, or None: it waits, and whatever waited before is dropped."""
        if self.free:
            return self.free.pop(0)
        if self.waiting is not None:
            self.dropped += 1
        self.waiting = picture
        return None

    def give_back(self, slot: int) -> Picture | None:
        """The node has emptied `slot`. Returns the picture that is to go there now, if one waits."""
        picture, self.waiting = self.waiting, None
        if picture is None:
            self.free.append(slot)
        return picture
