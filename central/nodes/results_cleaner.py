"""Deletes what commands have brought once its day is over: pictures that nobody asked to keep are not kept."""

from datetime import datetime, timedelta

from central.core import Core
from central.nodes.asking import KEPT, ResultFiles

_EVERY = timedelta(minutes=10)


class ResultsCleaner:
    """Worker; files carry real time, so it counts real days even where the clock runs faster."""

    name = "results"

    def __init__(self, core: Core) -> None:
        self._core = core
        self._looked_at: datetime | None = None

    def run_once(self) -> int:
        now = self._core.clock.now()
        if self._looked_at is not None and abs(now - self._looked_at) < _EVERY:
            return 0
        self._looked_at = now
        return ResultFiles.of(self._core).forget_before(now - KEPT)
