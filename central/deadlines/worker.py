"""The worker that fires what has fallen due: each deadline once, in the transaction of its effect.

A deadline counts as fired only together with what it causes: a crash before the commit undoes both, a crash after it neither.
Several workers share the work row by row. Due times are compared with the clock each time, so a clock that steps only makes a
deadline early or late by the step; what has fired is marked and never fires again.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from central.database import Database, claim
from central.deadlines.tables import Deadline
from central.feature import DeadlineHandler
from yuhang.clock import Clock
from yuhang.errors import StorageError

log = structlog.get_logger(__name__)

BATCH = 200  # deadlines in one transaction
MAX_ATTEMPTS = 8
FIRST_RETRY_S = 1.0


class DeadlineWorker:
    """Fires due deadlines through the handlers of their kind."""

    name = "deadlines"

    def __init__(self, database: Database, clock: Clock, handlers: Mapping[str, DeadlineHandler], batch: int = BATCH) -> None:
        self._database = database
        self._clock = clock
        self._handlers = handlers
        self._batch = batch

    def run_once(self) -> int:
        """Fire one batch of what is due; returns how many were taken up."""
        now = self._clock.now()
        with self._database.reader() as session:
            if session.scalar(_due(now, sorted(self._handlers)).limit(1)) is None:
                return 0
        try:
            return self._fire(now, self._batch)
        except StorageError:
            raise
        except Exception:
            # One of the batch fails. All of it was rolled back; one by one, so that only the bad one waits.
            log.warning("deadline_batch_failed", exc_info=True)
            return self._one_by_one(now)

    def _fire(self, now: datetime, limit: int) -> int:
        with self._database.session() as session:
            rows = claim(session, _due(now, sorted(self._handlers)).limit(limit))
            for row in rows:
                self._effect(session, row)
        return len(rows)

    def _one_by_one(self, now: datetime) -> int:
        with self._database.reader() as session:
            ids = [row.id for row in session.scalars(_due(now, sorted(self._handlers)).limit(self._batch))]
        for deadline_id in ids:
            try:
                self._fire_one(deadline_id)
            except StorageError:
                raise
            except Exception as error:  # its effect fails: kept with the reason, tried again, then parked
                log.exception("deadline_failed", deadline=deadline_id)
                self._put_off(deadline_id, error)
        return len(ids)

    def _fire_one(self, deadline_id: str) -> None:
        with self._database.session() as session:
            statement = _due(self._clock.now(), sorted(self._handlers)).where(Deadline.id == deadline_id)
            for row in claim(session, statement):
                self._effect(session, row)

    def _effect(self, session: Session, row: Deadline) -> None:
        if row.cancelled_at is not None:  # by the effect of one before it in this batch
            return
        row.fired_at = self._clock.now()
        self._handlers[row.kind](session, row)

    def _put_off(self, deadline_id: str, error: Exception) -> None:
        now = self._clock.now()
        with self._database.session() as session:
            row = session.get(Deadline, deadline_id, with_for_update=True)
            if row is None or row.fired_at is not None or row.cancelled_at is not None:
                return
            row.attempts += 1
            row.error = f"{type(error).__name__}: {error}"[:500]
            row.retry_at = now + timedelta(seconds=FIRST_RETRY_S * 2**row.attempts)
            if row.attempts >= MAX_ATTEMPTS:
                row.parked_at = now


def _due(now: datetime, kinds: Sequence[str]) -> Select[Deadline]:
    return (
        select(Deadline)
        .where(
            Deadline.due_at <= now,
            Deadline.fired_at.is_(None),
            Deadline.cancelled_at.is_(None),
            Deadline.parked_at.is_(None),
            or_(Deadline.retry_at.is_(None), Deadline.retry_at <= now),
            Deadline.kind.in_(kinds),
        )
        .order_by(Deadline.due_at, Deadline.id)
    )
