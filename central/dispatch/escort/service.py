"""Escort tasks in the database: the one way in which calls become tasks and anybody does anything with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from central.dispatch.escort.config import DispatchConfig, EngineConfig
from central.dispatch.escort.course import Act, Consent, Course, Refused, TaskState, act_on
from central.dispatch.escort.places import KnownPlace, Places
from central.dispatch.escort.tables import EscortNote, EscortTask, SignalOrder
from central.errors import Conflict, NotFound, Problem, Unprocessable
from central.ids import new_id
from yuhang.clock import Clock
from yuhang.coordinates import Position
from yuhang.messages import EmergencyCall

SYSTEM = "system"
_LIVE = tuple(state.value for state in TaskState if not state.over)
_WHY = {
    "no_longer_possible": "the task has gone on meanwhile; load it again",
    "no_engine": "name the engine that is sent",
}


@dataclass(frozen=True, slots=True)
class Taken:
    """A task, and whether this call made it."""

    task: EscortTask
    new: bool


@dataclass(frozen=True, slots=True)
class EscortService:
    """Every method works in the caller's transaction."""

    config: DispatchConfig
    places: Places
    clock: Clock

    def take(self, session: Session, source: str, call: EmergencyCall, actor: str) -> Taken:
        """Make a call a task; the same call again is the same task, whatever else it says."""
        known = session.scalar(select(EscortTask).where(EscortTask.source == source, EscortTask.reference == call.reference))
        if known is not None:
            return Taken(known, new=False)
        now = self.clock.now()
        consent = Consent.ASKED if self.config.police_confirm else Consent.NOT_NEEDED
        task = EscortTask(
            id=new_id(self.clock),
            source=source,
            reference=call.reference,
            kind=call.kind.value,
            what=call.what,
            address=call.address,
            place="",
            state=TaskState.OPEN.value,
            consent=consent.value,
            engine="",
            called_at=call.called_at,
            received_at=now,
        )
        session.add(task)
        session.flush()
        self._note(session, task, actor, "received", "", data={"source": source, "reference": call.reference})
        self._locate(session, task, call)
        if call.engine is not None:
            self._send_as_told(session, task, call.engine, actor)
        return Taken(task, new=True)

    def find(self, session: Session, task_id: str) -> EscortTask:
        """A task, or `NotFound`."""
        task = session.get(EscortTask, task_id)
        if task is None:
            raise NotFound(f"there is no escort task {task_id}")
        return task

    def live(self, session: Session) -> Sequence[EscortTask]:
        """Tasks that are not over, oldest first."""
        return session.scalars(select(EscortTask).where(EscortTask.state.in_(_LIVE)).order_by(EscortTask.received_at)).all()

    def latest(self, session: Session, count: int = 50) -> Sequence[EscortTask]:
        """The last tasks, newest first."""
        return session.scalars(select(EscortTask).order_by(EscortTask.received_at.desc()).limit(count)).all()

    def notes(self, session: Session, task_id: str) -> Sequence[EscortNote]:
        """What happened to a task, in order."""
        return session.scalars(select(EscortNote).where(EscortNote.task_id == task_id).order_by(EscortNote.id)).all()

    def orders(self, session: Session, task_id: str) -> Sequence[SignalOrder]:
        """Every order to a signal for a task, in order."""
        return session.scalars(select(SignalOrder).where(SignalOrder.task_id == task_id).order_by(SignalOrder.id)).all()

    def engine(self, engine_id: str) -> EngineConfig:
        """A vehicle of the site, or `Unprocessable`."""
        found = next((engine for engine in self.config.engines if engine.id == engine_id), None)
        if found is None:
            raise Unprocessable(f"engine: no vehicle is called {engine_id!r}; they stand under dispatch.engines")
        return found

    def set_place(self, session: Session, task_id: str, place: KnownPlace, actor: str) -> EscortTask:
        """Say where a task is; a person has chosen it."""
        task = self._locked(session, task_id)
        if TaskState(task.state).over:
            raise Conflict(_WHY["no_longer_possible"])
        self._put(session, task, place, actor, "chosen")
        return task

    def assign(self, session: Session, task_id: str, engine_id: str, actor: str) -> EscortTask:
        """Send an engine. `Conflict` where the place is not known or the engine drives to another call."""
        task, engine = self._locked(session, task_id), self.engine(engine_id)
        if task.latitude is None:
            raise Conflict("the place is not known yet; choose it first")
        under_way = EscortTask.state == TaskState.UNDER_WAY.value
        elsewhere = select(EscortTask.id).where(under_way, EscortTask.engine == engine.id, EscortTask.id != task_id)
        if session.scalars(elsewhere).first() is not None:
            raise Conflict(f"{engine.id} drives to another call; end that task or send another engine")
        if self._act(session, task, Act.ASSIGN, actor, "", engine=engine.id):
            task.assigned_at, task.planned_s, task.unaided_s = self.clock.now(), None, None
        return task

    def act(self, session: Session, task_id: str, act: Act, actor: str, reason: str = "") -> EscortTask:
        """Confirm, refuse, arrive, end, cancel; `Conflict` where it is too late. The same act again changes nothing."""
        task = self._locked(session, task_id)
        if self._act(session, task, act, actor, reason):
            state = TaskState(task.state)
            if act is Act.ARRIVE:
                task.arrived_at = self.clock.now()
            if state.over:
                task.ended_at = self.clock.now()
        return task

    def end_forgotten(self, session: Session) -> int:
        """End tasks that nobody has ended for longer than the site allows; returns how many."""
        latest = self.clock.now() - timedelta(hours=self.config.longest_task_hours)
        forgotten = [task for task in self.live(session) if (task.assigned_at or task.received_at) < latest]
        for task in forgotten:
            self.act(session, task.id, Act.RUN_OUT, SYSTEM, "forgotten")
        return len(forgotten)

    def note(self, session: Session, task_id: str, what: str, reason: str = "", data: Mapping[str, Any] | None = None) -> None:
        """Keep what the running escort saw."""
        self._note(session, self.find(session, task_id), SYSTEM, what, reason, data=data or {})

    def _act(self, session: Session, task: EscortTask, act: Act, actor: str, reason: str, *, engine: str = "") -> bool:
        before = course_of(task)
        after = act_on(before, act, engine)
        if isinstance(after, Refused):
            raise Conflict(_WHY[after.reason])
        if after == before:
            return False
        task.state, task.consent, task.engine = after.state.value, after.consent.value, after.engine
        self._note(session, task, actor, act.value, reason, data={"engine": engine} if engine else {})
        return True

    def _send_as_told(self, session: Session, task: EscortTask, engine_id: str, actor: str) -> None:
        """Assign the engine that came with the call; a call is never lost because that is not possible."""
        try:
            self.assign(session, task.id, engine_id, actor)
        except Problem as problem:
            self._note(session, task, actor, "not_assigned", str(problem), data={"engine": engine_id})

    def _locate(self, session: Session, task: EscortTask, call: EmergencyCall) -> None:
        position = call.position
        if position is not None:
            name = call.address or f"{position.latitude:.5f}, {position.longitude:.5f}"
            self._put(session, task, KnownPlace(name, position), SYSTEM, "given")
        elif (found := self.places.find(call.address)) is not None:
            self._put(session, task, found, SYSTEM, "found")

    def _put(self, session: Session, task: EscortTask, place: KnownPlace, actor: str, how: str) -> None:
        task.place, task.latitude, task.longitude = place.name, place.position.latitude, place.position.longitude
        self._note(session, task, actor, "placed", how, data={"place": place.name})

    def _locked(self, session: Session, task_id: str) -> EscortTask:
        task = session.get(EscortTask, task_id, with_for_update=True)
        if task is None:
            raise NotFound(f"there is no escort task {task_id}")
        return task

    def _note(
        self, session: Session, task: EscortTask, actor: str, what: str, reason: str = "", *, data: Mapping[str, Any]
    ) -> None:
        session.add(
            EscortNote(task_id=task.id, at=self.clock.now(), actor=actor, what=what, reason=reason[:300], data=dict(data))
        )
        session.flush()


def course_of(task: EscortTask) -> Course:
    """The state machine's view of a row."""
    return Course(TaskState(task.state), Consent(task.consent), task.engine)


def position_of(task: EscortTask) -> Position | None:
    """Where the task is, WGS-84."""
    if task.latitude is None or task.longitude is None:
        return None
    return Position(task.latitude, task.longitude)
