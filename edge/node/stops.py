"""Open stops when the disk does not take them: what cannot be kept now is kept as soon as it can, in order."""

from collections import deque
from pathlib import Path

import structlog

from edge.stops_store import EventSink, StopsStore
from yuhang.errors import StorageError
from yuhang.messages import NodeEvent

log = structlog.get_logger(__name__)

MOST_WAITING = 10_000


class PatientStops(StopsStore):
    """A `StopsStore` that never raises for a full disk, so that watching goes on.

    Events that wait here are lost if the node dies meanwhile, and the oldest once there are `MOST_WAITING`; counters and log say
    so. A stop whose beginning is on disk still ends as unobserved.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.storage_errors = 0
        self.lost = 0
        self._waiting: deque[tuple[NodeEvent, EventSink]] = deque()

    @property
    def waiting(self) -> int:
        """Events that could not be kept yet."""
        return len(self._waiting)

    def put_through(self, event: NodeEvent, sink: EventSink) -> None:
        """As in `StopsStore`, but what cannot be kept now waits its turn."""
        if len(self._waiting) >= MOST_WAITING:
            lost, _ = self._waiting.popleft()
            self.lost += 1
            log.error("an event is lost: the disk has been full for too long", id=lost.id)
        self._waiting.append((event, sink))
        self.flush()

    def flush(self) -> None:
        """Try again to keep what waits."""
        while self._waiting:
            event, sink = self._waiting[0]
            try:
                super().put_through(event, sink)
            except StorageError as error:
                self.storage_errors += 1
                log.warning("an event cannot be kept yet", id=event.id, waiting=self.waiting, error=str(error))
                return
            self._waiting.popleft()
