"""The course of an escort task as a pure state machine: what may happen next, and whether it may hold signals."""

from dataclasses import dataclass, replace
from enum import StrEnum


class TaskState(StrEnum):
    """Where a task stands."""

    OPEN = "open"  # no engine yet
    UNDER_WAY = "under_way"
    ARRIVED = "arrived"
    ENDED = "ended"
    CANCELLED = "cancelled"

    @property
    def over(self) -> bool:
        """Whether nothing more can happen."""
        return self in (TaskState.ENDED, TaskState.CANCELLED)


class Consent(StrEnum):
    """What the traffic police, who own the signals, say to the priority. The engine drives whatever they say."""

    NOT_NEEDED = "not_needed"
    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"


class Act(StrEnum):
    """What people and the system do with a task."""

    CONFIRM = "confirm"
    REFUSE = "refuse"
    ASSIGN = "assign"
    ARRIVE = "arrive"
    END = "end"
    CANCEL = "cancel"
    RUN_OUT = "run_out"


@dataclass(frozen=True, slots=True)
class Course:
    """A task's state, the police's word, and the engine that drives (empty: none)."""

    state: TaskState = TaskState.OPEN
    consent: Consent = Consent.NOT_NEEDED
    engine: str = ""

    @property
    def may_hold_signals(self) -> bool:
        """Only while an engine is on its way and the police have not withheld their word (Road Traffic Safety Law 53)."""
        return self.state is TaskState.UNDER_WAY and self.consent in (Consent.NOT_NEEDED, Consent.GIVEN)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an act is not possible now: a code of the catalogues."""

    reason: str


_LEADS_TO = {
    Act.ARRIVE: ({TaskState.UNDER_WAY}, TaskState.ARRIVED),
    Act.END: ({TaskState.UNDER_WAY, TaskState.ARRIVED}, TaskState.ENDED),
    Act.CANCEL: ({TaskState.OPEN, TaskState.UNDER_WAY}, TaskState.CANCELLED),
    Act.RUN_OUT: ({TaskState.OPEN, TaskState.UNDER_WAY, TaskState.ARRIVED}, TaskState.ENDED),
}


def act_on(course: Course, act: Act, engine: str = "") -> Course | Refused:
    """The course after an act. The same act again leaves it as it is: a message that comes twice does no harm."""
    match act:
        case Act.ASSIGN:
            return _assign(course, engine)
        case Act.CONFIRM | Act.REFUSE:
            return _judge(course, act)
        case _:
            return _move(course, act)


def _assign(course: Course, engine: str) -> Course | Refused:
    if not engine:
        return Refused("no_engine")
    if course.state not in (TaskState.OPEN, TaskState.UNDER_WAY):
        return Refused("no_longer_possible")
    return replace(course, state=TaskState.UNDER_WAY, engine=engine)


def _judge(course: Course, act: Act) -> Course | Refused:
    if course.state not in (TaskState.OPEN, TaskState.UNDER_WAY):
        return Refused("no_longer_possible")
    if act is Act.REFUSE:
        return replace(course, consent=Consent.REFUSED)
    return course if course.consent is Consent.NOT_NEEDED else replace(course, consent=Consent.GIVEN)


def _move(course: Course, act: Act) -> Course | Refused:
    sources, target = _LEADS_TO[act]
    if course.state is target:
        return course
    return replace(course, state=target) if course.state in sources else Refused("no_longer_possible")
