"""What a junction is made of: lamp groups with their times, stages, and which groups exclude each other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations

from central.dispatch.controllers.errors import UnsafeJunction

LEAST_YELLOW_S = 3.0  # GB 14886-2016: yellow at least 3 s; MUTCD 4F.17: 3 to 6 s
LEAST_GREEN_S = 5.0


class GroupKind(StrEnum):
    """Whom the lamps are for."""

    VEHICLE = "vehicle"
    PEDESTRIAN = "pedestrian"


@dataclass(frozen=True, slots=True)
class LampGroup:
    """Lamps that always show the same. Seconds: the controller keeps these times, we check that it does."""

    number: int
    kind: GroupKind = GroupKind.VEHICLE
    minimum_green_s: float = LEAST_GREEN_S
    yellow_s: float = LEAST_YELLOW_S
    all_red_s: float = 0.0
    clearance_s: float = 0.0
    """Pedestrians: flashing or clearance time between green and red, in which those who walk get across."""

    @property
    def ending_s(self) -> float:
        """Seconds from the wish to end a green that has run its minimum until those of other groups may begin."""
        return self.clearance_s + self.all_red_s + (self.yellow_s if self.kind is GroupKind.VEHICLE else 0.0)


@dataclass(frozen=True, slots=True)
class Stage:
    """Lamp groups that are green together; `number` is the controller's own (with NTCIP: the preempt's number)."""

    number: int
    green: frozenset[int]
    name: str = ""


@dataclass(frozen=True, slots=True)
class JunctionModel:
    """A junction as its controller describes it. Groups that `conflicts` names as a pair are never green together."""

    junction: str
    groups: Mapping[int, LampGroup]
    stages: Mapping[int, Stage]
    conflicts: frozenset[frozenset[int]] = field(default_factory=frozenset)
    keeps_minimum_green: bool = False
    """Whether the controller was read to keep minimum greens for a wish that comes in the middle of a change."""

    def __post_init__(self) -> None:
        findings = [*self._unknown_groups(), *self._conflicts_within_stages(), *self._times_too_short()]
        if findings:
            raise UnsafeJunction(f"junction {self.junction}: {'; '.join(findings)}")

    @classmethod
    def of(
        cls, junction: str, groups: Iterable[LampGroup], stages: Iterable[Stage], conflicts: Iterable[Iterable[int]]
    ) -> "JunctionModel":
        """From plain lists; `UnsafeJunction` where they contradict each other."""
        return cls(
            junction,
            {group.number: group for group in groups},
            {stage.number: stage for stage in stages},
            frozenset(frozenset(pair) for pair in conflicts),
        )

    def conflicting(self, green: Iterable[int]) -> tuple[int, int] | None:
        """Two of these groups that may not be green together, if there are any."""
        return next((pair for pair in combinations(sorted(green), 2) if frozenset(pair) in self.conflicts), None)

    def change_s(self, before: int, after: int) -> float:
        """Seconds between the greens of two stages, minimum greens over: the ending of those that have to go."""
        leaving = self.stages[before].green - self.stages[after].green
        return max((self.groups[number].ending_s for number in leaving if number in self.groups), default=0.0)

    @property
    def longest_change_s(self) -> float:
        """Seconds within which any stage can be shown: the change that is running, one minimum green, one more change."""
        changes = max((group.ending_s for group in self.groups.values()), default=0.0)
        greens = max((group.minimum_green_s for group in self.groups.values()), default=0.0)
        return 2 * changes + greens

    def _unknown_groups(self) -> list[str]:
        known = self.groups.keys()
        return [
            f"stage {stage.number} names groups that do not exist: {sorted(stage.green - known)}"
            for stage in self.stages.values()
            if stage.green - known
        ]

    def _conflicts_within_stages(self) -> list[str]:
        pairs = ((stage, self.conflicting(stage.green)) for stage in self.stages.values())
        return [
            f"stage {stage.number} shows green to groups {pair[0]} and {pair[1]}, which exclude each other"
            for stage, pair in pairs
            if pair
        ]

    def _times_too_short(self) -> list[str]:
        return [
            f"group {group.number} has {group.yellow_s} s of yellow, less than {LEAST_YELLOW_S}"
            for group in self.groups.values()
            if group.kind is GroupKind.VEHICLE and group.yellow_s < LEAST_YELLOW_S
        ]
