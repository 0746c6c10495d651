"""What a node tells of itself: counters and gauges as `telemetry/health`."""

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from edge.frames import Frame
from edge.results import FrameResult
from yuhang.clock import Clock

Gauges = Callable[[], Mapping[str, float]]


@dataclass(slots=True)
class _Window:
    """What has been seen of the cameras since the last message."""

    since_s: float = field(default_factory=time.monotonic)
    frames: Counter[str] = field(default_factory=Counter)
    delay_s: dict[str, float] = field(default_factory=dict)
    stages_ms: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


class Health:
    """Collects figures from the watcher's thread; anyone may ask for them.

    Names: `fps.CAMERA`, `delay_s.CAMERA` (age of the newest frame when it was done), `ms.STAGE` (mean a frame), and whatever
    `gauges` give.
    """

    def __init__(self, clock: Clock, gauges: Gauges) -> None:
        self._clock = clock
        self._gauges = gauges
        self._lock = threading.Lock()
        self._window = _Window()
        self._last: dict[str, float] = {}

    def saw(self, frame: Frame, result: FrameResult) -> None:
        """Called for every frame."""
        age_s = (self._clock.now() - frame.time).total_seconds()
        with self._lock:
            self._window.frames[frame.camera] += 1
            self._window.delay_s[frame.camera] = age_s
            for stage, spent in result.timings_ms.items():
                self._window.stages_ms[stage].append(spent)

    def roll(self) -> dict[str, float]:
        """The figures since the last call."""
        with self._lock:
            window, self._window = self._window, _Window()
        seconds = max(0.001, time.monotonic() - window.since_s)
        values = {f"fps.{camera}": count / seconds for camera, count in window.frames.items()}
        values |= {f"delay_s.{camera}": delay for camera, delay in window.delay_s.items()}
        values |= {f"ms.{stage}": sum(spent) / len(spent) for stage, spent in window.stages_ms.items()}
        values |= self._gauges()
        self._last = {name: round(value, 4) for name, value in values.items()}
        return self._last

    @property
    def last(self) -> Mapping[str, float]:
        """The figures of the last message."""
        return self._last


def resident_mb() -> float:
    """Memory of this process (RSS), MiB."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
