"""A simulated controller whose lamps are those of a `Box`: what stands behind a protocol in the score through it.

So the lamps are steered by the same code as in the direct score, and what differs is the protocol and its line alone.
"""

from datetime import UTC, datetime, timedelta

from benchmarks.greenwave.box import GREEN, Box
from simulators.signals.junction import EmergencyCall, Junction
from simulators.signals.kernel.authority import Answer, Authority, Regime
from simulators.signals.kernel.calls import CallState
from simulators.signals.kernel.controller import TICK, Controller, Observation
from simulators.signals.kernel.display import Display
from simulators.signals.kernel.lamps import Lamp, ticks
from simulators.signals.kernel.stages import StagePhase

BACKUP_S = 10.0
_LAMPS = {"G": Lamp.GREEN, "g": Lamp.GREEN, "y": Lamp.YELLOW, "u": Lamp.RED_YELLOW, "o": Lamp.YELLOW_FLASH, "O": Lamp.OFF}


class BoxController(Controller):
    """Takes stages and calls, shows what the box shows, and gives it back when nobody is heard for the backup time."""

    def __init__(self, box: Box, number: int) -> None:
        super().__init__(_junction(box, number), datetime.fromtimestamp(0, UTC))
        self._box = box
        self._wanted: int | None = None
        self._called: set[int] = set()
        self._silent = 0

    @property
    def is_held_by_centre(self) -> bool:
        return self._wanted is not None

    def hear_centre(self) -> None:
        self._silent = 0

    def choose_stage(self, stage: int | None) -> Answer:
        self.hear_centre()
        if stage is not None and stage not in self._box.stages:
            return Answer.UNKNOWN
        self._wanted = stage
        self._tell_box()
        return Answer.ACCEPTED

    def call(self, number: int, *, asked: bool, may_wait: bool = False) -> Answer:
        self.hear_centre()
        if number not in self._box.stages:
            return Answer.UNKNOWN
        (self._called.add if asked else self._called.discard)(number)
        self._tell_box()
        return Answer.ACCEPTED

    def is_called(self, number: int) -> bool:
        return number in self._called

    def advance(self, steps: int = 1) -> None:
        """Its own clock and its patience; the lamps move with the simulation's steps."""
        self.clock += steps * TICK
        self._silent += steps
        if self._silent >= ticks(BACKUP_S) and (self._called or self._wanted is not None):
            self._called.clear()
            self._wanted = None
            self._tell_box()

    def observe(self) -> Observation:
        box, asked = self._box, self._asked()
        greens = [box.ages[link] for link, letter in enumerate(box.letters) if letter in GREEN]
        authority = Authority.EMERGENCY if self._called else Authority.CENTRE if asked is not None else Authority.PROGRAMME
        shown = box.stage()
        return Observation(
            at=self.clock,
            lamps={n: _LAMPS.get(box.letters[links[0]], Lamp.RED) for n, links in box.light.sumo_junction.links.items()},
            display=Display.GROUPS,
            authority=authority,
            regime=Regime.STAGES,
            stage=shown or asked or 0,
            phase=StagePhase.RUNNING if shown is not None else StagePhase.CHANGING,
            elapsed_s=min(greens, default=0.0),
            remaining_s=None,
            previous_stage=0,
            previous_elapsed_s=0.0,
            programme=1,
            cycle_s=60.0,
            offset_error_s=0.0,
            calls={number: self._call_state(number, shown) for number in box.stages},
            is_backup=False,
            fault=None,
        )

    def _asked(self) -> int | None:
        return min(self._called, default=self._wanted)

    def _call_state(self, number: int, shown: int | None) -> CallState:
        if number not in self._called:
            return CallState.INACTIVE
        return CallState.DWELLING if shown == number and self._box.is_ours else CallState.ENTERING

    def _tell_box(self) -> None:
        asked = self._asked()
        if asked is None:
            self._box.give_back()
        else:
            self._box.ask(self._box.stages[asked])


def _junction(box: Box, number: int) -> Junction:
    junction = box.light.sumo_junction.junction
    calls = tuple(EmergencyCall(number=stage, stage=stage, max_presence_s=0) for stage in box.stages)
    return junction.model_copy(update={"calls": calls, "backup_time_s": BACKUP_S, "cross_id": f"{33011000000000 + number:014d}"})


def since_epoch(seconds: float) -> datetime:
    """The simulation's seconds as a wall clock."""
    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)
