"""Looks at the papers of the cameras now and then, for Prometheus and the log."""

from datetime import datetime, timedelta

import structlog

from central.database import Database
from central.devices.conditions import LOSSES
from central.devices.rules import expiries, standing_at
from central.devices.service import CameraService
from central.metrics import Metrics
from central.nodes.service import list_nodes
from yuhang.clock import Clock

log = structlog.get_logger(__name__)

EVERY = timedelta(minutes=5)


class CameraWatch:
    """Worker: sets the gauges, and logs each warning of 60, 30 and 7 days once a process."""

    name = "cameras"

    def __init__(self, database: Database, clock: Clock, service: CameraService, metrics: Metrics) -> None:
        self._database = database
        self._clock = clock
        self._service = service
        self._metrics = metrics
        self._looked_at: datetime | None = None
        self._told: set[tuple[str, str, int]] = set()

    def run_once(self) -> int:
        now = self._clock.now()
        if self._looked_at is not None and abs(now - self._looked_at) < EVERY:
            return 0
        with self._database.reader() as session:
            cameras, nodes = self._service.known(session, now), list_nodes(session)
        self._metrics.camera_days.clear()
        self._metrics.cameras_flawed.set(sum(not standing_at(known.papers, now).in_order for known in cameras))
        for known in cameras:
            for expiry in expiries(known.papers, now):
                self._metrics.camera_days.labels(str(known.name), expiry.item.value).set(expiry.days_left)
                warning = (str(known.name), expiry.item.value, -1 if expiry.stage is None else expiry.stage)
                if expiry.stage is not None and warning not in self._told:
                    self._told.add(warning)
                    log.warning("camera_paper_expires", camera=warning[0], paper=warning[1], days_left=expiry.days_left)
        for node in nodes:
            for name in LOSSES:
                self._metrics.node_losses.labels(f"{node.site}/{node.node}", name).set(float((node.health or {}).get(name, 0)))
        self._looked_at = now
        return 0
