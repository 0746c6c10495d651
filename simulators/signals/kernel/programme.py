"""The fixed-time programme and its honest return into step.

A programme that was interrupted goes on from the stage it is given and is out of step with its clock. It returns smoothly:
the cycle is run up to a fifth faster or slower, whichever is the shorter way, until it is in step again; that takes up to
two and a half cycles. (SUMO jumps back at once, which no controller does.)
"""

from datetime import datetime
from itertools import accumulate

from simulators.signals.junction import Programme
from simulators.signals.kernel.lamps import ticks

CORRECTION = 0.2
"""Largest change of the cycle's speed while it returns into step."""


class ProgrammeRunner:
    """Where the programme stands in its cycle, in ticks."""

    def __init__(self, programme: Programme, now: datetime) -> None:
        self.programme = programme
        self._ends = [ticks(end) for end in accumulate(slot.seconds for slot in programme.slots)]
        self.cycle = self._ends[-1]
        self.position = self._in_step(now)

    @property
    def stage(self) -> int:
        """The stage of the present slot."""
        return self.programme.slots[self._slot()].stage

    def offset_error(self, now: datetime) -> float:
        """Ticks by which the programme is behind its clock (negative: ahead), at most half a cycle."""
        error = (self._in_step(now) - self.position) % self.cycle
        return error - self.cycle if error > self.cycle / 2 else error

    def remaining(self) -> int:
        """Ticks until the programme leaves the present stage, if it runs at its own speed."""
        return max(0, round(self._ends[self._slot()] - self.position))

    def resume(self, stage: int) -> None:
        """Go on from the beginning of this stage's slot; a stage that the programme does not have begins the cycle."""
        index = next((index for index, slot in enumerate(self.programme.slots) if slot.stage == stage), 0)
        self.position = float(self._ends[index - 1] if index else 0)

    def step(self, now: datetime, *, may_leave: bool) -> None:
        """One tick; at the end of a slot the programme waits until its stage has had its minimum green."""
        end = self._ends[self._slot()]
        forward = self.position + self._speed(self.offset_error(now))
        self.position = min(forward, end - 0.5) if forward >= end and not may_leave else forward % self.cycle

    def _speed(self, error: float) -> float:
        return 1.0 + max(-CORRECTION, min(CORRECTION, error / 10))

    def _in_step(self, now: datetime) -> float:
        return ((now.timestamp() - self.programme.offset_s) * 10.0) % self.cycle

    def _slot(self) -> int:
        return next((index for index, end in enumerate(self._ends) if self.position < end), 0)
