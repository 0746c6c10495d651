"""The node's side of one decoder process: start it, hear it, end it."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from edge.frames import SourceState
from edge.sources.errors import SourceError
from edge.sources.protocol import CameraPlan, ClipReply, Picture, Report, Setup, connect, send
from edge.sources.slots import PictureSlots
from yuhang.config.clock import ClockConfig

_TIDY_MEMORY = {
    "MALLOC_ARENA_MAX": "2",  # one heap a camera's thread would hold on to what it once needed
    "MALLOC_MMAP_THRESHOLD_": "131072",  # fixed: else pictures, once freed, would be kept in the heap
    "MALLOC_TRIM_THRESHOLD_": "131072",
}
"""For glibc; other C libraries ignore it."""
_FINAL = frozenset({SourceState.ENDED, SourceState.CLOSED})


class Worker:
    """A running decoder process with its line and the picture memory of its cameras."""

    def __init__(self, cameras: Sequence[CameraPlan], clock: ClockConfig, not_before: tuple[datetime | None, ...]) -> None:
        """Start the process: a plain child that imports only what it needs and carries nothing of the node's."""
        self.cameras = tuple(cameras)
        self.states = {plan.camera: SourceState.CONNECTING for plan in cameras}
        self._rare = {plan.camera: plan.source.decode == "keyframes" for plan in cameras}
        self.started_s = self.heard_s = time.monotonic()
        self.slots = {plan.camera: PictureSlots.create(plan.source.max_pixels) for plan in cameras}
        self.connection, there = connect()
        memory = tuple(slots.descriptor for slots in self.slots.values())
        with there:
            self.process = subprocess.Popen(  # noqa: S603  our own interpreter and module
                [sys.executable, "-P", "-m", "edge.sources.child", str(there.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=(there.fileno(), *memory),
                env=os.environ | _TIDY_MEMORY,
            )
        with contextlib.suppress(OSError):  # dead already: the closed line tells whoever reads from it
            send(self.connection, Setup(cameras=self.cameras, memory=memory, clock=clock, not_before=not_before))

    @property
    def lived_s(self) -> float:
        """Real seconds since the start."""
        return time.monotonic() - self.started_s

    @property
    def is_done(self) -> bool:
        """Whether all its cameras have come to their end."""
        return all(self.has_ended(camera) for camera in self.states)

    def check(self, report: Report) -> None:
        """`SourceError` if the process speaks of what is not its own."""
        if isinstance(report, ClipReply):
            return
        if report.camera not in self.states:
            raise SourceError("it speaks of a camera that it does not have")
        if isinstance(report, Picture):
            self.slots[report.camera].check(report.slot, report.height, report.width)

    def has_ended(self, camera: str) -> bool:
        """Whether nothing more will come from a camera."""
        return self.states[camera] in _FINAL

    def has_rare_pictures(self, camera: str) -> bool:
        """Whether seconds pass between two pictures of a camera."""
        return self._rare[camera]

    def hang_up(self) -> None:
        """Close the line: the process ends by itself."""
        self.connection.close()

    def bury(self, wait_s: float) -> int:
        """Wait for the end, by force after `wait_s` seconds, free everything, and return the exit status."""
        with contextlib.suppress(OSError):
            self.connection.close()
        try:
            status = self.process.wait(wait_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        for slots in self.slots.values():
            slots.close()
        self.slots = {}
        return status


@dataclass(frozen=True, slots=True)
class Restart:
    """Cameras whose process has died, and when they are to be started again (seconds of the steady clock)."""

    cameras: tuple[CameraPlan, ...]
    at_s: float
