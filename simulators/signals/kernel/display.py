"""What stands between the groups and the street: power, start sequence, flashing, and relays that may stick.

Flashing and dark begin only when every group is red, except by a fault or a power cut; after both the junction stays red
for `start_all_red_s` before anybody gets green.
"""

from enum import StrEnum

from simulators.signals.junction import Junction
from simulators.signals.kernel.authority import Regime
from simulators.signals.kernel.lamps import Lamp, ticks


class Display(StrEnum):
    """What the lamps follow at present."""

    GROUPS = "groups"
    FLASHING = "flashing"
    DARK = "dark"
    STARTING_FLASH = "starting_flash"
    STARTING_RED = "starting_red"


class LampOutputs:
    """Turns what the groups want to show into what burns."""

    def __init__(self, junction: Junction) -> None:
        self._vehicles = {group.number: group.is_vehicle for group in junction.groups}
        self._start_flash = ticks(junction.start_flash_s)
        self._start_red = ticks(junction.start_all_red_s)
        self._left = self._start_flash
        self.display = Display.STARTING_FLASH
        self.stuck: dict[int, Lamp] = {}
        """Relays that stick, by group: a fault for tests."""

    @property
    def is_starting(self) -> bool:
        """The start sequence runs; nobody steers."""
        return self.display in {Display.STARTING_FLASH, Display.STARTING_RED}

    def power_on(self) -> None:
        """Begin the start sequence."""
        self.display, self._left = Display.STARTING_FLASH, self._start_flash

    def flash_now(self) -> None:
        """The monitor has taken the lamps away from the controller."""
        self.display = Display.FLASHING

    def step(self, regime: Regime, *, all_clear: bool) -> None:
        """One tick towards what is wanted."""
        if self.is_starting:
            self._start_step()
        elif regime in {Regime.FLASH, Regime.DARK}:
            if all_clear or self.display is not Display.GROUPS:
                self.display = Display.FLASHING if regime is Regime.FLASH else Display.DARK
        elif self.display in {Display.FLASHING, Display.DARK}:
            self.display, self._left = Display.STARTING_RED, self._start_red

    def lamps(self, groups: dict[int, Lamp]) -> dict[int, Lamp]:
        """What burns."""
        shown = groups if self.display is Display.GROUPS else {number: self._fixed(number) for number in groups}
        return {**shown, **self.stuck} if self.display in {Display.GROUPS, Display.STARTING_RED} else shown

    def _start_step(self) -> None:
        self._left -= 1
        if self._left > 0:
            return
        if self.display is Display.STARTING_FLASH and self._start_red:
            self.display, self._left = Display.STARTING_RED, self._start_red
        else:
            self.display = Display.GROUPS

    def _fixed(self, number: int) -> Lamp:
        if self.display is Display.STARTING_RED:
            return Lamp.RED
        flashing = self.display in {Display.FLASHING, Display.STARTING_FLASH}
        return Lamp.YELLOW_FLASH if flashing and self._vehicles[number] else Lamp.OFF
