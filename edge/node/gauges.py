"""The node's own figures, gathered from its parts."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from edge.budget import LookBudget
from edge.node.chain import CountedChain
from edge.node.clock_check import ClockCheck
from edge.node.health import resident_mb
from edge.node.live import LiveView
from edge.node.release import EventDesk
from edge.node.stops import PatientStops
from edge.node.uploader import Uploader
from edge.sources.group import CameraGroup
from edge.watch import Watcher
from yuhang.mqtt.session import MqttSession
from yuhang.outbox import Outbox


@dataclass(slots=True)
class Gauges:
    """Everything of a running node that has something to tell; `storage_errors` are those of the main loop."""

    folder: Path
    cameras: CameraGroup
    watcher: Watcher
    stops: PatientStops
    desk: EventDesk
    outbox: Outbox
    session: MqttSession
    live: LiveView
    uploader: Uploader | None
    chain: CountedChain
    clock_check: ClockCheck
    budget: LookBudget
    storage_errors: int = 0

    def read(self) -> dict[str, float]:
        """Names and values, as `telemetry/health` carries them."""
        uploads = self.uploader.counters if self.uploader else None
        values: dict[str, float] = {
            "memory_mb": resident_mb(),
            "mqtt_connected": float(self.session.connected),
            "mqtt_connects": self.session.counters.connects,
            "decoder_restarts": self.cameras.restarts,
            "cameras_failed": sum(health.failed for health in self.cameras.healths().values()),
            "frames_waiting": self.cameras.waiting,
            "disk_free_mb": shutil.disk_usage(self.folder).free / 2**20,
            "open_stops": self.watcher.open_stops(),
            "events_waiting": self.desk.waiting + self.stops.waiting,
            "evidence_lost": self.chain.lost + (uploads.lost if uploads else 0),
            "events_lost": self.stops.lost + self.desk.refused,
            "outbox": self.outbox.count(),
            "uploads_waiting": self.uploader.waiting if self.uploader else 0,
            "uploads_refused": uploads.refused if uploads else 0,
            "upload_failures": uploads.failed if uploads else 0,
            "preview_failures": self.live.failed,
            "storage_errors": self.storage_errors
            + self.stops.storage_errors
            + self.desk.storage_errors
            + (uploads.storage_errors if uploads else 0),
        }
        if (offset := self.clock_check.latest) is not None:
            values |= {"clock_offset_s": offset.offset_s, "clock_error_s": offset.error_s}
        capped = self.budget.capped()
        values["capped"] = len(capped)
        values |= {f"capped.{camera}": 1.0 for camera in capped}
        for camera, counters in self.cameras.counters.items():
            values[f"packets.{camera}"] = counters.packets
            values[f"dropped.{camera}"] = counters.dropped
            values[f"damaged.{camera}"] = counters.damaged
        return values
