"""Stages: which one runs, which one comes, and by which way."""

from collections import deque
from enum import StrEnum

from simulators.signals.junction import Junction
from simulators.signals.kernel.groups import Groups

ALL_RED = 0
"""The stage in which nobody has green."""


class StagePhase(StrEnum):
    """What the present stage is doing."""

    RUNNING = "running"
    CHANGING = "changing"


class StageSequencer:
    """Takes wishes for stages; a change once begun is finished, and a stage once begun keeps its minimum green."""

    def __init__(self, junction: Junction, groups: Groups) -> None:
        self._groups = groups
        self._sets = {stage.number: frozenset(stage.groups) for stage in junction.stages} | {ALL_RED: frozenset[int]()}
        self._forbidden = frozenset(junction.forbidden_changes)
        self.stage = ALL_RED
        """The stage that runs or is being changed to."""
        self.previous = ALL_RED
        self.phase = StagePhase.CHANGING
        self.elapsed = 0
        """Ticks since the stage began to run, or since the change to it began."""
        self.previous_elapsed = 0
        self._since_served = dict.fromkeys(self._sets, 0)

    @property
    def is_ready(self) -> bool:
        """The stage runs and all its groups have had their minimum green."""
        return self.phase is StagePhase.RUNNING and self._groups.have_served(self._sets[self.stage])

    def waiting(self, stage: int) -> int:
        """Ticks since a stage last ran."""
        return self._since_served[stage]

    def step(self, wish: int) -> None:
        """One tick towards `wish`."""
        if self.is_ready and wish != self.stage:
            self._begin(self._next_towards(wish))
        self._groups.step()
        self.elapsed += 1
        if self.phase is StagePhase.CHANGING and self._groups.shows(self._sets[self.stage]):
            self.phase, self.elapsed = StagePhase.RUNNING, 0
        for stage in self._since_served:
            running = stage == self.stage and self.phase is StagePhase.RUNNING
            self._since_served[stage] = 0 if running else self._since_served[stage] + 1

    def reset(self) -> None:
        """The lamps are dark or flash: everything is red and clear inside."""
        self._groups.reset()
        self.stage, self.phase, self.elapsed = ALL_RED, StagePhase.RUNNING, 0

    def _begin(self, stage: int) -> None:
        self.previous, self.previous_elapsed = self.stage, self.elapsed
        self.stage, self.phase, self.elapsed = stage, StagePhase.CHANGING, 0
        self._groups.want(self._sets[stage])

    def _next_towards(self, wish: int) -> int:
        """First stage of the shortest allowed way; where no way is allowed the present stage stays."""
        ways = deque([(self.stage, self.stage)])
        seen = {self.stage}
        while ways:
            here, first = ways.popleft()
            for there in (wish, *sorted(self._sets.keys() - {ALL_RED, wish})):
                if there in seen or (here, there) in self._forbidden:
                    continue
                start = there if here == self.stage else first
                if there == wish:
                    return start
                seen.add(there)
                ways.append((there, start))
        return self.stage
