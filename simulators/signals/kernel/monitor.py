"""The conflict monitor (MMU): looks only at the lamps that really burn and sends the junction to flash when they lie.

It knows nothing of stages and wishes, so an error of the controller, a stuck relay or a wrong wire is found all the same.
What it has found stays until somebody resets it at the cabinet (NEMA TS 2; GB 25280 green conflict).
"""

from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from simulators.signals.junction import Junction
from simulators.signals.kernel.lamps import RIGHT_OF_WAY, Lamp, ticks


class FaultKind(StrEnum):
    """What the monitor can find."""

    GREEN_CONFLICT = "green_conflict"
    SHORT_YELLOW = "short_yellow"
    SHORT_CLEARANCE = "short_clearance"


@dataclass(frozen=True, slots=True)
class Fault:
    """A finding and the groups it concerns."""

    kind: FaultKind
    groups: tuple[int, ...]


class ConflictMonitor:
    """Watches the lamps tick by tick; `fault` stays until `reset`."""

    def __init__(self, junction: Junction) -> None:
        self.fault: Fault | None = None
        self._conflicting = junction.conflicting()
        self._vehicles = frozenset(group.number for group in junction.groups if group.is_vehicle)
        self._min_yellow = ticks(junction.monitor_min_yellow_s)
        self._before: dict[int, Lamp] = {}
        self._age: dict[int, int] = {}

    def look(self, lamps: dict[int, Lamp]) -> Fault | None:
        """One tick's lamps; the fault, if there is one now or was before."""
        self.fault = self.fault or self._conflict(lamps) or self._badly_ended(lamps)
        for number, lamp in lamps.items():
            self._age[number] = self._age.get(number, 0) + 1 if self._before.get(number) is lamp else 1
        self._before = dict(lamps)
        return self.fault

    def forget(self) -> None:
        """The lamps were dark or flashing: what they showed before says nothing about what comes next."""
        self._before = {}

    def reset(self) -> None:
        """Somebody looked into it at the cabinet."""
        self.fault = None
        self.forget()

    def _conflict(self, lamps: dict[int, Lamp]) -> Fault | None:
        going = sorted(number for number, lamp in lamps.items() if lamp in RIGHT_OF_WAY)
        for pair in combinations(going, 2):
            if frozenset(pair) in self._conflicting:
                return Fault(FaultKind.GREEN_CONFLICT, pair)
        return None

    def _badly_ended(self, lamps: dict[int, Lamp]) -> Fault | None:
        for number in self._vehicles & lamps.keys() & self._before.keys():
            before, now = self._before[number], lamps[number]
            if before in {Lamp.GREEN, Lamp.GREEN_FLASH} and now is Lamp.RED:
                return Fault(FaultKind.SHORT_YELLOW, (number,))
            if before is Lamp.YELLOW and now is Lamp.RED and self._age[number] < self._min_yellow:
                return Fault(FaultKind.SHORT_YELLOW, (number,))
            if before is Lamp.YELLOW and now in {Lamp.GREEN, Lamp.GREEN_FLASH}:
                return Fault(FaultKind.SHORT_CLEARANCE, (number,))
        return None
