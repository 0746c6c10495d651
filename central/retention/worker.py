"""Announces what is due and deletes it when the notice is over.

What goes is what was due at the time of the announcement. A clock that steps forward can only make an announcement too early:
unless it stays wrong for the whole notice, the announcement then lies in the future and is withdrawn.
"""

from datetime import datetime, timedelta

import structlog

from central.ids import new_id
from central.live.store import LiveStore
from central.retention.purge import Purge, PurgeParts
from central.retention.tables import RetentionPlan

log = structlog.get_logger(__name__)

LOOK_EVERY = timedelta(minutes=1)


class RetentionWorker:
    """Worker around `Purge`; several may run, only one deletes at a time."""

    name = "retention"

    def __init__(self, parts: PurgeParts, live: LiveStore) -> None:
        self._parts = parts
        self._live = live
        self._purge = Purge(parts)
        self._looked_at: datetime | None = None

    def run_once(self) -> int:
        now = self._parts.clock.now()
        if self._looked_at is not None and abs(now - self._looked_at) < LOOK_EVERY:
            return 0
        self._live.forget_before(now - timedelta(minutes=self._parts.rules.live_pictures.keep_minutes))
        plan = self._plan(now)
        done = self._purge.step(plan.run, plan.planned_at) if now - plan.planned_at >= self._parts.rules.notice else 0
        if done == 0:
            if now - plan.planned_at >= self._parts.rules.notice:
                self._announce(now)
            self._looked_at = now
        return done

    def _plan(self, now: datetime) -> RetentionPlan:
        """The announcement that runs; one that lies in the future was made by a wrong clock and is made anew."""
        with self._parts.database.reader() as session:
            plan = session.get(RetentionPlan, 1)
        if plan is None or plan.planned_at > now:
            return self._announce(now)
        return plan

    def _announce(self, now: datetime) -> RetentionPlan:
        with self._parts.database.session() as session:
            plan = session.get(RetentionPlan, 1, with_for_update=True)
            if plan is None:
                plan = RetentionPlan(id=1, run="", planned_at=now)
                session.add(plan)
            plan.run, plan.planned_at = new_id(self._parts.clock), now
        log.info("retention_announced", run=plan.run, planned_at=now.isoformat())
        return plan
