"""A report on each camera, from what the decoder processes count and what the pipeline took."""

import time
from dataclasses import dataclass, field

from edge.node.health import Health
from edge.sources.group import CameraGroup, CameraHealth
from edge.sources.protocol import Counters
from yuhang.messages import CameraReport


@dataclass(slots=True)
class CameraReports:
    """Keeps the counters of the report before, so that rates can be told."""

    cameras: CameraGroup
    health: Health
    _before: dict[str, Counters] = field(default_factory=dict)
    _at_s: float = field(default_factory=time.monotonic)

    def make(self) -> tuple[CameraReport, ...]:
        """One report a camera for the time since the last call; call it after `Health.roll`."""
        now_s = time.monotonic()
        seconds, self._at_s = max(0.001, now_s - self._at_s), now_s
        counters = dict(self.cameras.counters)
        reports = tuple(self._report(camera, state, counters, seconds) for camera, state in self.cameras.healths().items())
        self._before = counters
        return reports

    def _report(self, camera: str, state: CameraHealth, counters: dict[str, Counters], seconds: float) -> CameraReport:
        now, before, pace = counters.get(camera), self._before.get(camera), self.health.pace(camera)
        packets, pictures = _grown(now, before)
        return CameraReport(
            camera=camera,
            state=state.word,
            detail=state.detail[:300],
            since=state.since,
            restarts=state.restarts,
            fps_in=round(packets / seconds, 2),
            fps_decoded=round(pictures / seconds, 2),
            fps_analysed=round(pace.analysed, 2),
            fps_detected=round(pace.detected, 2),
            dropped=now.dropped if now else 0,
            damaged=now.damaged if now else 0,
            delay_s=None if pace.delay_s is None else round(pace.delay_s, 3),
        )


def _grown(now: Counters | None, before: Counters | None) -> tuple[int, int]:
    """Packets and pictures since the report before; a process that was started again counts from nothing."""
    if now is None:
        return 0, 0
    if before is None or now.packets < before.packets:
        return now.packets, now.pictures
    return now.packets - before.packets, now.pictures - before.pictures
