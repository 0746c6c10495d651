"""What a junction file may say: lamp groups, what conflicts with what, stages, fixed-time programmes, emergency calls.

Times are seconds. A junction that could not run safely, or whose programme leaves no room for its own minimum times, is
refused when it is read, with the reason.
"""

from itertools import combinations, pairwise
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from yuhang.config import load_yaml
from yuhang.config.section import Section

Seconds = Annotated[float, Field(ge=0, le=3600)]
Direction = Literal["1", "2", "3", "4", "5", "6", "7", "8"]
"""North, then clockwise in steps of 45 degrees (GA/T 1049.2, directions)."""


class LampGroup(Section):
    """Lamps that always show the same: one movement's, or one crossing's."""

    number: int = Field(ge=1, le=64)
    name: str = ""
    kind: Literal["vehicle", "pedestrian"] = "vehicle"
    min_green_s: Seconds = Field(default=5.0, description="shortest green")
    green_flash_s: Seconds = Field(default=3.0, description="flashing green before yellow; for pedestrians their clearance time")
    yellow_s: Seconds = Field(default=3.0, description="not for pedestrians")
    red_clearance_s: Seconds = Field(default=2.0, description="red before a conflicting group may go")
    entrance: Direction | None = Field(default=None, description="where the movement comes from; a crossing's side")
    exit: Direction | None = Field(default=None, description="where it goes")

    @model_validator(mode="after")
    def _time_to_stop(self) -> Self:
        if self.kind == "vehicle" and self.yellow_s < 3:
            raise ValueError("yellow_s of a vehicle group is at least 3 (GB 14886)")
        if self.kind == "pedestrian" and self.green_flash_s <= 0:
            raise ValueError("green_flash_s of a pedestrian group is its clearance time and cannot be 0")
        return self

    @property
    def is_vehicle(self) -> bool:
        return self.kind == "vehicle"

    @property
    def shown_yellow_s(self) -> float:
        """Seconds of yellow; pedestrians have none."""
        return self.yellow_s if self.is_vehicle else 0.0

    @property
    def leaving_s(self) -> float:
        """Seconds from the end of green until a conflicting group may go."""
        return self.green_flash_s + self.shown_yellow_s + self.red_clearance_s


class Stage(Section):
    """Groups that have green together."""

    number: int = Field(ge=1, le=16)
    name: str = ""
    groups: tuple[int, ...] = Field(min_length=1)


class Slot(Section):
    """A stage in a programme: `seconds` from the beginning of the change to it until the beginning of the next change."""

    stage: int
    seconds: float = Field(gt=0, le=600)


class Programme(Section):
    """A fixed-time programme; its cycle begins `offset_s` after multiples of the cycle time of the controller's own clock."""

    number: int = Field(default=1, ge=1, le=253)
    slots: tuple[Slot, ...] = Field(min_length=2)
    offset_s: Seconds = 0.0

    @property
    def cycle_s(self) -> float:
        """Length of the cycle."""
        return sum(slot.seconds for slot in self.slots)


class EmergencyCall(Section):
    """A call that an engine's system may switch on (NTCIP 1202 preempt, GB/T 20999 emergency); number 1 is the most urgent."""

    number: int = Field(ge=1, le=32)
    stage: int
    delay_s: Seconds = 0.0
    min_duration_s: Seconds = 0.0
    max_presence_s: Seconds = Field(
        default=120.0, description="a call that stays longer is ignored until it is taken back; 0: never"
    )


class Junction(Section):
    """One junction with its controller."""

    name: str
    cross_id: str = Field(default="33011000000001", pattern=r"^\d{14}$", description="number of the junction in GA/T 1049.2")
    groups: tuple[LampGroup, ...] = Field(min_length=2)
    conflicts: tuple[tuple[int, int], ...] | None = Field(
        default=None, description="pairs of groups; left out: all pairs that no stage shows together"
    )
    stages: tuple[Stage, ...] = Field(min_length=2)
    forbidden_changes: tuple[tuple[int, int], ...] = Field(default=(), description="from stage, to stage: goes by way of others")
    programmes: tuple[Programme, ...] = Field(min_length=1, description="the first runs when nobody asks for another")
    calls: tuple[EmergencyCall, ...] = ()
    backup_time_s: Seconds = Field(default=60.0, description="a centre that stays silent so long loses its control; 0: never")
    start_flash_s: Seconds = Field(default=10.0, description="flashing yellow after power came on")
    start_all_red_s: Seconds = Field(default=5.0, description="red everywhere after any flashing")
    monitor_min_yellow_s: Seconds = Field(default=2.7, description="shorter yellow is a fault to the conflict monitor")

    def group(self, number: int) -> LampGroup:
        """The group of this number."""
        return next(group for group in self.groups if group.number == number)

    def stage(self, number: int) -> Stage | None:
        """The stage of this number."""
        return next((stage for stage in self.stages if stage.number == number), None)

    def programme(self, number: int) -> Programme | None:
        """The programme of this number."""
        return next((programme for programme in self.programmes if programme.number == number), None)

    def conflicting(self) -> frozenset[frozenset[int]]:
        """All pairs of groups that must never have the right of way together."""
        if self.conflicts is not None:
            return frozenset(frozenset(pair) for pair in self.conflicts)
        together = {frozenset(pair) for stage in self.stages for pair in combinations(stage.groups, 2)}
        return frozenset(
            pair for one, other in combinations(self.groups, 2) if (pair := frozenset({one.number, other.number})) not in together
        )

    def change_s(self, before: int, after: int) -> float:
        """Longest time from the beginning of a change until every group of the next stage can be green."""
        here, there = self.stage(before), self.stage(after)
        if here is None or there is None:
            raise ValueError(f"no stage {before} or {after}")
        ending = set(here.groups) - set(there.groups)
        return max((self.group(number).leaving_s for number in ending), default=0.0)

    @model_validator(mode="after")
    def _numbers_are_known_and_unique(self) -> Self:
        _unique("groups", [group.number for group in self.groups])
        _unique("stages", [stage.number for stage in self.stages])
        _unique("programmes", [programme.number for programme in self.programmes])
        _unique("calls", [call.number for call in self.calls])
        groups, stages = {group.number for group in self.groups}, {stage.number for stage in self.stages}
        _known("stages", groups, [number for stage in self.stages for number in stage.groups])
        _known("conflicts", groups, [number for pair in self.conflicts or () for number in pair])
        _known("programmes", stages, [slot.stage for programme in self.programmes for slot in programme.slots])
        _known("calls", stages, [call.stage for call in self.calls])
        _known("forbidden_changes", stages, [number for pair in self.forbidden_changes for number in pair])
        return self

    @model_validator(mode="after")
    def _stages_are_safe(self) -> Self:
        conflicting = self.conflicting()
        for stage in self.stages:
            for pair in combinations(stage.groups, 2):
                if frozenset(pair) in conflicting:
                    raise ValueError(f"stage {stage.number} shows groups {pair[0]} and {pair[1]} together, which conflict")
        return self

    @model_validator(mode="after")
    def _programmes_fit(self) -> Self:
        for programme in self.programmes:
            for before, slot in pairwise((programme.slots[-1], *programme.slots)):
                self._slot_fits(programme, before, slot)
        return self

    def _slot_fits(self, programme: Programme, before: Slot, slot: Slot) -> None:
        if (before.stage, slot.stage) in self.forbidden_changes:
            raise ValueError(
                f"programme {programme.number} changes from stage {before.stage} to {slot.stage}, which is forbidden"
            )
        stage = self.stage(slot.stage)
        green_s = max(self.group(number).min_green_s for number in stage.groups) if stage else 0.0
        needed_s = self.change_s(before.stage, slot.stage) + green_s
        if slot.seconds < needed_s:
            raise ValueError(
                f"programme {programme.number} gives stage {slot.stage} {slot.seconds:g} s; "
                f"the change to it and its minimum green take {needed_s:g} s"
            )


def load_junction(path: Path) -> Junction:
    """The junction of a file, or `ConfigError` that names line and key."""
    return load_yaml(path, Junction)


def _unique(key: str, numbers: list[int]) -> None:
    double = {number for number in numbers if numbers.count(number) > 1}
    if double:
        raise ValueError(f"{key}: number {min(double)} is given twice")


def _known(key: str, known: set[int], named: list[int]) -> None:
    unknown = set(named) - known
    if unknown:
        raise ValueError(f"{key}: there is no number {min(unknown)}; there are {', '.join(map(str, sorted(known)))}")
