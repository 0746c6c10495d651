"""Hands events to the features: node by node, in the order of their sequence numbers, each in one piece.

A handler's writes and the mark "handled" are one transaction, with a savepoint an event. One node is worked on by one worker at a
time (its row is locked), different nodes by different workers. An event that cannot be handled is tried a few times, then parked
with the reason, and the node's later events go on.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import structlog
from sqlalchemy import func, or_, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from central.database import Database
from central.events.sequence import Sequence as SequenceOfNode
from central.events.sequence import Span
from central.events.tables import EventState, SeqRange, StoredEvent
from central.feature import EventHandler
from central.metrics import Metrics
from central.nodes.tables import Node
from yuhang.clock import Clock
from yuhang.errors import StorageError
from yuhang.messages import parse_event

log = structlog.get_logger(__name__)

CHUNK = 50  # events a transaction: SQLite's other writers wait for it
NODES_A_RUN = 200
GAP_PATIENCE_S = 2.0  # an event that came before its predecessors waits this long for them
RETRY_S = 1.0  # doubled with each attempt


class EventDispatcher:
    """Worker that handles what `EventWriter` has stored."""

    name = "events"

    def __init__(
        self,
        database: Database,
        clock: Clock,
        handlers: Mapping[str, Sequence[EventHandler]],
        metrics: Metrics,
        *,
        attempts: int = 5,
    ) -> None:
        self._database = database
        self._clock = clock
        self._handlers = handlers
        self._metrics = metrics
        self._attempts = attempts

    def run_once(self) -> int:
        open_nodes = (
            select(StoredEvent.site, StoredEvent.node)
            .where(StoredEvent.state == EventState.NEW.value, StoredEvent.state != EventState.HANDLED.value)
            .where(or_(StoredEvent.retry_at.is_(None), StoredEvent.retry_at <= self._clock.now()))
            .distinct()
            .limit(NODES_A_RUN)
        )
        with self._database.reader() as session:
            nodes = session.execute(open_nodes).all()
        return sum(self._handle_node(site, node) for site, node in nodes)

    def _handle_node(self, site: str, node: str) -> int:
        with self._database.session() as session:
            lock = select(Node.site).where(Node.site == site, Node.node == node).with_for_update(skip_locked=True)
            if session.scalar(lock) is None:
                return 0  # another worker has this node
            sequence = load_sequence(session, site, node)
            before = sequence.spans
            done = 0
            for row in self._next_events(session, site, node):
                if self._must_wait(row, sequence):
                    break
                self._handle_event(session, row)
                if row.state == EventState.NEW.value:
                    break  # to be tried again; what comes after it waits
                sequence.add(row.seq)
                done += 1
            if sequence.spans != before:
                _store_sequence(session, site, node, sequence)
            return done

    def _next_events(self, session: Session, site: str, node: str) -> Sequence[StoredEvent]:
        statement = (
            select(StoredEvent)
            .where(StoredEvent.site == site, StoredEvent.node == node)
            .where(StoredEvent.state == EventState.NEW.value, StoredEvent.state != EventState.HANDLED.value)
            .order_by(StoredEvent.seq, StoredEvent.id)
            .limit(CHUNK)
        )
        return session.scalars(statement).all()

    def _must_wait(self, row: StoredEvent, sequence: SequenceOfNode) -> bool:
        now = self._clock.now()
        if row.retry_at is not None and row.retry_at > now:
            return True
        expected = sequence.next_expected
        early = expected is not None and row.seq > expected
        return early and abs(now - row.received_at) < timedelta(seconds=GAP_PATIENCE_S)

    def _handle_event(self, session: Session, row: StoredEvent) -> None:
        try:
            with session.begin_nested():
                event = parse_event(row.payload)
                for handler in self._handlers.get(row.type, ()):
                    handler(session, event)
                session.flush()
        except (OperationalError, InterfaceError, StorageError):
            raise  # the database's trouble, not the event's: the whole transaction is tried again
        except Exception as error:  # noqa: BLE001 - the boundary between features and the flow: kept with the event and logged
            self._failed(row, error)
            return
        row.state, row.reason, row.retry_at = EventState.HANDLED.value, None, None
        self._metrics.handled.inc()

    def _failed(self, row: StoredEvent, error: Exception) -> None:
        row.attempts += 1
        row.reason = f"{type(error).__name__}: {error}"[:1000]
        if row.attempts >= self._attempts:
            row.state, row.retry_at = EventState.PARKED.value, None
            self._metrics.parked.inc()
            log.error("event_parked", event_id=row.id, type=row.type, reason=row.reason, exc_info=error)
        else:
            row.retry_at = self._clock.now() + timedelta(seconds=RETRY_S * 2 ** (row.attempts - 1))
            log.warning("event_failed", event_id=row.id, type=row.type, attempt=row.attempts, reason=row.reason)


def load_sequence(session: Session, site: str, node: str) -> SequenceOfNode:
    """The sequence numbers of a node that have been handled or parked."""
    rows = session.scalars(select(SeqRange).where(SeqRange.site == site, SeqRange.node == node))
    return SequenceOfNode(Span(row.first, row.last) for row in rows)


def count_open(session: Session) -> int:
    """Events that wait to be handled."""
    still_open = (StoredEvent.state == EventState.NEW.value, StoredEvent.state != EventState.HANDLED.value)
    return session.scalar(select(func.count()).where(*still_open)) or 0


def _store_sequence(session: Session, site: str, node: str, sequence: SequenceOfNode) -> None:
    rows = {row.first: row for row in session.scalars(select(SeqRange).where(SeqRange.site == site, SeqRange.node == node))}
    for span in sequence.spans:
        row = rows.pop(span.first, None)
        if row is None:
            session.add(SeqRange(site=site, node=node, first=span.first, last=span.last))
        elif row.last != span.last:
            row.last = span.last
    for row in rows.values():
        session.delete(row)
