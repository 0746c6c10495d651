"""What trucks and sockets say of themselves, as somebody of the site forwards it: the last of it is kept for the detectors."""

import threading
from collections import deque
from typing import Generic, TypeVar

import structlog
from pydantic import ValidationError

from yuhang.messages import Message, first_error

log = structlog.get_logger(__name__)

KEPT = 2000  # of a hundred trucks that report every ten seconds the last three minutes

Report = TypeVar("Report", bound=Message)


class Reports(Generic[Report]):
    """Takes reports of one kind off the session (on its thread); the watcher's thread reads them."""

    def __init__(self, kind: type[Report]) -> None:
        self.bad = 0
        self._kind = kind
        self._lock = threading.Lock()
        self._kept: deque[Report] = deque(maxlen=KEPT)

    def receive(self, topic: str, payload: bytes) -> None:
        """Handler for a telemetry of any node of the site."""
        try:
            report = self._kind.model_validate_json(payload)
        except ValidationError as error:
            self.bad += 1
            log.warning("a report that cannot be read", topic=topic, error=first_error(error), size=len(payload))
            return
        with self._lock:
            self._kept.append(report)

    def recent(self) -> tuple[Report, ...]:
        """The last reports, the oldest first."""
        with self._lock:
            return tuple(self._kept)
