"""Emergency calls: each waits its delay, may be overruled by a more urgent one, and is ignored when it stays too long.

The states are those of NTCIP 1202 preemptState; GB/T 20999 class 8.6 shows the same story in two numbers.
"""

from dataclasses import dataclass
from enum import StrEnum

from simulators.signals.junction import EmergencyCall, Junction
from simulators.signals.kernel.lamps import ticks


class CallState(StrEnum):
    """Where a call stands."""

    INACTIVE = "inactive"
    WAITING = "waiting"
    ENTERING = "entering"
    DWELLING = "dwelling"
    LEAVING = "leaving"
    OVERSTAYED = "overstayed"


@dataclass(slots=True)
class Call:
    """One configured call; `asked` is the switch, the rest follows from it and from the other calls."""

    config: EmergencyCall
    asked: bool = False
    state: CallState = CallState.INACTIVE
    asked_for: int = 0
    served_for: int = 0

    @property
    def number(self) -> int:
        return self.config.number

    @property
    def is_served(self) -> bool:
        """It steers the junction now."""
        return self.state in {CallState.ENTERING, CallState.DWELLING}

    @property
    def must_stay(self) -> bool:
        """It was served and its shortest duration is not over, asked or not."""
        return self.is_served and self.served_for < ticks(self.config.min_duration_s)

    @property
    def is_eligible(self) -> bool:
        """It may steer the junction if no more urgent one does."""
        if self.state is CallState.OVERSTAYED:
            return False
        return self.must_stay or (self.asked and self.asked_for > ticks(self.config.delay_s))


class Calls:
    """All calls of a junction; at most one is served."""

    def __init__(self, junction: Junction) -> None:
        self._calls = {call.number: Call(call) for call in sorted(junction.calls, key=lambda call: call.number)}

    def __contains__(self, number: int) -> bool:
        return number in self._calls

    def ask(self, number: int, *, asked: bool) -> None:
        """Switch a call on or off; switching on what is on changes nothing."""
        self._calls[number].asked = asked

    def clear(self) -> None:
        """All switches off."""
        for call in self._calls.values():
            call.asked = False

    def asked(self, number: int) -> bool:
        """Whether the switch is on."""
        return self._calls[number].asked

    def states(self) -> dict[int, CallState]:
        """The state of every call."""
        return {number: call.state for number, call in self._calls.items()}

    @property
    def served(self) -> Call | None:
        """The call that steers the junction, if any does."""
        return next((call for call in self._calls.values() if call.is_served), None)

    def step(self, running_stage: int | None, *, may_serve: bool) -> None:
        """One tick. `running_stage` is the stage that runs now, none during a change."""
        for call in self._calls.values():
            self._count(call)
        chosen = next((call for call in self._calls.values() if may_serve and call.is_eligible), None)
        for call in self._calls.values():
            call.state = self._state(call, chosen, running_stage)

    def _count(self, call: Call) -> None:
        call.asked_for = call.asked_for + 1 if call.asked else 0
        call.served_for = call.served_for + 1 if call.is_served else 0
        if not call.asked and call.state is CallState.OVERSTAYED:
            call.state = CallState.INACTIVE
        elif call.config.max_presence_s and call.asked_for >= ticks(call.config.max_presence_s):
            call.state = CallState.OVERSTAYED

    def _state(self, call: Call, chosen: Call | None, running_stage: int | None) -> CallState:
        if call.state is CallState.OVERSTAYED:
            return CallState.OVERSTAYED
        if call is chosen:
            return CallState.DWELLING if running_stage == call.config.stage else CallState.ENTERING
        if call.asked:
            return CallState.WAITING
        leaving = call.is_served or call.state is CallState.LEAVING
        return (
            CallState.LEAVING if leaving and running_stage in {None, call.config.stage} and chosen is None else CallState.INACTIVE
        )
