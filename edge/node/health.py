"""What a node tells of itself: counters and gauges as `telemetry/health`, and a report on each camera."""

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
LARGEST_SHARE = 0.95


@dataclass(slots=True)
class _Window:
    """What has been seen of the cameras since the last message."""

    since_s: float = field(default_factory=time.monotonic)
    frames: Counter[str] = field(default_factory=Counter)
    looks: Counter[str] = field(default_factory=Counter)
    delay_s: dict[str, float] = field(default_factory=dict)
    stages_ms: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


class Health:
    """Collects figures from the watcher's thread; anyone may ask for them.

    Names: `fps.CAMERA`, `delay_s.CAMERA` (age of the newest frame when it was done), `ms.STAGE` and `p95_ms.STAGE` (mean a frame,
    and what one in twenty exceeds), and whatever `gauges` give.
    """

    def __init__(self, clock: Clock, gauges: Gauges) -> None:
        self._clock = clock
        self._gauges = gauges
        self._lock = threading.Lock()
        self._window = _Window()
        self._last: dict[str, float] = {}
        self._pace: dict[str, Pace] = {}

    def saw(self, frame: Frame, result: FrameResult) -> None:
        """Called for every frame."""
        age_s = (self._clock.now() - frame.time).total_seconds()
        with self._lock:
            self._window.frames[frame.camera] += 1
            self._window.looks[frame.camera] += result.detected
            self._window.delay_s[frame.camera] = age_s
            for stage, spent in result.timings_ms.items():
                self._window.stages_ms[stage].append(spent)

    def roll(self) -> dict[str, float]:
        """The figures since the last call."""
        with self._lock:
            window, self._window = self._window, _Window()
        seconds = max(0.001, time.monotonic() - window.since_s)
        self._pace = {
            camera: Pace(count / seconds, window.looks[camera] / seconds, window.delay_s.get(camera))
            for camera, count in window.frames.items()
        }
        values = {f"fps.{camera}": pace.analysed for camera, pace in self._pace.items()}
        values |= {f"delay_s.{camera}": delay for camera, delay in window.delay_s.items()}
        values |= {f"ms.{stage}": sum(spent) / len(spent) for stage, spent in window.stages_ms.items()}
        values |= {f"p95_ms.{stage}": _p95(spent) for stage, spent in window.stages_ms.items()}
        values |= self._gauges()
        self._last = {name: round(value, 4) for name, value in values.items()}
        return self._last

    def pace(self, camera: str) -> "Pace":
        """How fast a camera's pictures went through in the last message's time."""
        return self._pace.get(camera, Pace())

    @property
    def last(self) -> Mapping[str, float]:
        """The figures of the last message."""
        return self._last


@dataclass(frozen=True, slots=True)
class Pace:
    """Pictures a second of one camera that were analysed, and at which the detector looked; age of the newest, seconds."""

    analysed: float = 0.0
    detected: float = 0.0
    delay_s: float | None = None


def _p95(spent: list[float]) -> float:
    ordered = sorted(spent)
    return ordered[min(len(ordered) - 1, int(LARGEST_SHARE * len(ordered)))]


def resident_mb() -> float:
    """Memory of this process (RSS), MiB."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
