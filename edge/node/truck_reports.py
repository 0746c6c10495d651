"""What trucks say of themselves, as somebody of the site forwards it: the last of it is kept for the detectors."""

import threading
from collections import deque

import structlog
from pydantic import ValidationError

from yuhang.messages import TruckReport, first_error

log = structlog.get_logger(__name__)

KEPT = 2000  # of a hundred trucks that report every ten seconds the last three minutes


class TruckReports:
    """Takes reports off the session (on its thread); the watcher's thread reads them."""

    def __init__(self) -> None:
        self.bad = 0
        self._lock = threading.Lock()
        self._kept: deque[TruckReport] = deque(maxlen=KEPT)

    def receive(self, topic: str, payload: bytes) -> None:
        """Handler for `telemetry/truck` of any node of the site."""
        try:
            report = TruckReport.model_validate_json(payload)
        except ValidationError as error:
            self.bad += 1
            log.warning("a truck's report that cannot be read", topic=topic, error=first_error(error), size=len(payload))
            return
        with self._lock:
            self._kept.append(report)

    def recent(self) -> tuple[TruckReport, ...]:
        """The last reports, the oldest first."""
        with self._lock:
            return tuple(self._kept)
