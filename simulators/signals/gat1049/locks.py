"""Locks of traffic flows: which stage a lock means, and how long it lasts. Pure.

A lock asks for a movement; the platform finds the stage. LockType 1 takes a stage of the running programme that serves the
movement, 2 one that serves every movement of the entrance, 4 the stage that is named. 3 (nothing but this group) is refused:
these controllers run stages.
"""

from dataclasses import dataclass
from enum import StrEnum
from xml.etree.ElementTree import Element

from simulators.signals.gat1049.objects import VEHICLES
from simulators.signals.junction import Junction, LampGroup

MAX_DURATION_S = 3600


class LockType(StrEnum):
    """How the stage is found."""

    OF_PROGRAMME = "1"
    ENTRANCE = "2"
    ONLY_GROUP = "3"
    STAGE = "4"


class LockError(Exception):
    """A lock that cannot be; the text says why."""


@dataclass(frozen=True, slots=True)
class Flow:
    """A movement at a junction: vehicles or pedestrians from an entrance to an exit."""

    cross_id: str
    kind: str
    entrance: str
    exit: str

    @classmethod
    def of(cls, command: Element) -> "Flow":
        """The flow that a lock or unlock names."""
        return cls(*(command.findtext(key, "").strip() for key in ("CrossID", "Type", "Entrance", "Exit")))

    def is_served_by(self, group: LampGroup) -> bool:
        """Whether a group's green lets this flow go."""
        same_kind = group.is_vehicle is (self.kind == VEHICLES)
        return same_kind and (group.entrance, group.exit) == (self.entrance, self.exit)


@dataclass(slots=True)
class Lock:
    """A lock in force: whose, what, and the tenths that are left (none: until unlocked)."""

    peer: str
    flow: Flow
    stage: int
    left: int | None

    def step(self) -> bool:
        """One tenth passes; true when the lock has run out."""
        if self.left is None:
            return False
        self.left -= 1
        return self.left <= 0


def duration_of(command: Element) -> int:
    """Seconds of a lock, 0 for one without end; `LockError` for anything but 0 to 3600."""
    text = command.findtext("Duration", "").strip()
    if not text.isascii() or not text.isdigit() or int(text) > MAX_DURATION_S:
        raise LockError(f"Duration is 0 to {MAX_DURATION_S} seconds, not {text!r}")
    return int(text)


def stage_of(command: Element, junction: Junction, programme: int) -> int:
    """The stage that a lock means; `LockError` where there is none."""
    flow = Flow.of(command)
    match command.findtext("LockType", "").strip():
        case LockType.STAGE:
            return _named_stage(command.findtext("LockStageNo", "").strip(), junction)
        case LockType.OF_PROGRAMME:
            return _stage_of_programme(flow, junction, programme)
        case LockType.ENTRANCE:
            return _stage_of_entrance(flow, junction)
        case LockType.ONLY_GROUP:
            raise LockError("this controller runs stages and cannot serve one group alone (LockType 3)")
        case other:
            raise LockError(f"LockType is 1 to 4, not {other!r}")


def _named_stage(number: str, junction: Junction) -> int:
    if not number.isascii() or not number.isdigit() or junction.stage(int(number)) is None:
        raise LockError(f"there is no stage {number!r} (LockStageNo)")
    return int(number)


def _stage_of_programme(flow: Flow, junction: Junction, programme: int) -> int:
    running = junction.programme(programme)
    wanted = {group.number for group in junction.groups if flow.is_served_by(group)}
    for slot in running.slots if running else ():
        stage = junction.stage(slot.stage)
        if stage and wanted & set(stage.groups):
            return stage.number
    raise LockError(f"no stage of programme {programme} serves the flow from {flow.entrance} to {flow.exit}")


def _stage_of_entrance(flow: Flow, junction: Junction) -> int:
    arriving = {group.number for group in junction.groups if group.is_vehicle and group.entrance == flow.entrance}
    stage = next((stage for stage in junction.stages if arriving and arriving <= set(stage.groups)), None)
    if stage is None:
        raise LockError(f"no stage serves all of entrance {flow.entrance}")
    return stage.number
