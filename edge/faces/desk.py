"""What a gate's detector asks of the enrolled: the templates of one household, or of everybody where that is allowed."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import structlog

from edge.faces.eyes import FaceEyes
from edge.faces.search_lock import MeasuredErrors, SearchLock, search_lock
from edge.faces.store import TemplateStore
from edge.faces.types import Templates
from yuhang.errors import StorageError
from yuhang.messages import FaceProblem

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FaceDesk:
    """The eyes, the enrolled and what was measured of one node."""

    eyes: FaceEyes
    store: TemplateStore
    measured: MeasuredErrors | None = None

    def lock(self, threshold: float) -> SearchLock:
        """Whether a search among all enrolled is allowed."""
        return search_lock(self.measured, self.store.count, self.eyes.embedder_sha256, threshold)

    def templates(self, holder: str | None, threshold: float, now: datetime) -> Templates | FaceProblem:
        """Those to compare with, or why there are none. `holder` None means all enrolled."""
        try:
            self.store.refresh(now)
        except StorageError as error:
            log.warning("the enrolled cannot be read", reason=str(error))
            return FaceProblem.STORE
        if holder is None:
            lock = self.lock(threshold)
            if not lock.open:
                log.warning("a search among all enrolled is not allowed", reason=lock.reason)
                return FaceProblem.LOCKED
        people = self.store.everybody() if holder is None else self.store.household(holder)
        return np.concatenate([person.templates for person in people]) if people else FaceProblem.NOBODY_ENROLLED
