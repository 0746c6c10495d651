"""The self-test: every part of the node tried once, each with a word on how it is. Nothing is changed by it."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edge.inference.detector import ObjectDetector
from edge.node.clock_check import CentralTimeError, ClockCheck
from edge.sources.group import CameraGroup, CameraHealth
from edge.stopwatch import Stopwatch
from yuhang.errors import StorageError
from yuhang.files import write_durably
from yuhang.messages import Finding

LEAST_FREE_MB = 500.0
LARGEST_OFFSET_S = 1.0  # GA/T 832-2014, 3.2
_PICTURE = (720, 1280, 3)


@dataclass(frozen=True, slots=True)
class SelfTester:
    """Tries the parts. `ask_central` raises `CentralTimeError` if central does not answer; None where none is configured."""

    folder: Path
    cameras: CameraGroup
    detector: ObjectDetector
    clock_check: ClockCheck
    outbox: Callable[[], int]
    ask_central: Callable[[], object] | None

    def __call__(self) -> tuple[Finding, ...]:
        """What each part says; runs on the main loop and takes as long as one look of the detector."""
        return tuple(self._findings())

    def _findings(self) -> Iterator[Finding]:
        for camera, health in self.cameras.healths().items():
            yield _camera(camera, health)
        yield self._model()
        yield self._disk()
        yield self._clock()
        waiting = self.outbox()
        yield Finding(part="outbox", ok=waiting < 1000, detail=f"{waiting} events wait for central")
        yield self._central()

    def _model(self) -> Finding:
        watch = Stopwatch()
        with watch.stage("detect"):
            self.detector.detect(np.zeros(_PICTURE, np.uint8))
        return Finding(part="model", ok=True, detail=f"one look takes {watch.milliseconds['detect']:.0f} ms")

    def _disk(self) -> Finding:
        probe = self.folder / "self-test"
        try:
            write_durably(probe, b"self-test")
            probe.unlink()
            free_mb = shutil.disk_usage(self.folder).free / 2**20
        except (StorageError, OSError) as error:
            return Finding(part="disk", ok=False, detail=f"{self.folder} does not take a file: {error}"[:300])
        return Finding(part="disk", ok=free_mb >= LEAST_FREE_MB, detail=f"{free_mb:.0f} MiB free")

    def _clock(self) -> Finding:
        latest = self.clock_check.latest
        if latest is None:
            return Finding(part="clock", ok=False, detail="never compared with central or an NTP server")
        return Finding(part="clock", ok=abs(latest.offset_s) <= LARGEST_OFFSET_S, detail=f"{latest.offset_s:+.3f} s off")

    def _central(self) -> Finding:
        if self.ask_central is None:
            return Finding(part="central", ok=False, detail="central.url is not configured")
        try:
            self.ask_central()
        except CentralTimeError as error:
            return Finding(part="central", ok=False, detail=f"does not answer over HTTP: {error}"[:300])
        return Finding(part="central", ok=True, detail="answers over HTTP")


def _camera(camera: str, health: CameraHealth) -> Finding:
    return Finding(part=f"camera.{camera}", ok=health.word == "live", detail=f"{health.word} {health.detail}".strip()[:300])
