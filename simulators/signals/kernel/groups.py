"""Lamp groups: each runs through its own red, green, flashing green, yellow and red, whatever it is asked for.

Nothing outside this file sets a lamp. A group can only be wanted or not wanted; when it may go and how long it takes to stop
is decided here, so no order of wishes shortens a time or shows two conflicting greens.
"""

from dataclasses import dataclass

from simulators.signals.junction import Junction, LampGroup
from simulators.signals.kernel.lamps import Lamp, ticks


@dataclass(slots=True)
class GroupState:
    """One group: what it shows, for how many ticks, and how long each lamp lasts."""

    config: LampGroup
    lamp: Lamp = Lamp.RED
    age: int = 0
    wanted: bool = False

    def show(self, lamp: Lamp) -> None:
        """Change the lamp now."""
        self.lamp, self.age = lamp, 0

    @property
    def is_clear(self) -> bool:
        """Red for so long that a conflicting group may go."""
        return self.lamp is Lamp.RED and self.age >= ticks(self.config.red_clearance_s)

    @property
    def has_served(self) -> bool:
        """Green, and the minimum green is over."""
        return self.lamp is Lamp.GREEN and self.age >= ticks(self.config.min_green_s)

    def stop_step(self) -> None:
        """Go on towards red where the time of the present lamp is over."""
        match self.lamp:
            case Lamp.GREEN if not self.wanted and self.has_served:
                self.show(Lamp.GREEN_FLASH if self.config.green_flash_s else self._after_flash())
            case Lamp.GREEN_FLASH if self.age >= ticks(self.config.green_flash_s):
                self.show(self._after_flash())
            case Lamp.YELLOW if self.age >= ticks(self.config.yellow_s):
                self.show(Lamp.RED)
            case _:
                pass

    def _after_flash(self) -> Lamp:
        return Lamp.YELLOW if self.config.shown_yellow_s else Lamp.RED


class Groups:
    """All groups of a junction and what must be clear before each may go."""

    def __init__(self, junction: Junction) -> None:
        self._states = {group.number: GroupState(group) for group in junction.groups}
        self._rivals: dict[int, tuple[GroupState, ...]] = {
            number: tuple(
                state
                for other, state in self._states.items()
                if frozenset({number, other}) in junction.conflicting() - {frozenset({number})}
            )
            for number in self._states
        }

    def want(self, numbers: frozenset[int]) -> None:
        """From now on these groups are wanted green and the others red."""
        for number, state in self._states.items():
            state.wanted = number in numbers

    def step(self) -> None:
        """One tick: first those that stop, then those that may go."""
        for state in self._states.values():
            state.age += 1
            state.stop_step()
        for number, state in self._states.items():
            if state.wanted and state.is_clear and all(rival.is_clear for rival in self._rivals[number]):
                state.show(Lamp.GREEN)

    def reset(self) -> None:
        """Red everywhere at once: only after the lamps were dark or flashing anyway."""
        for state in self._states.values():
            state.wanted = False
            state.show(Lamp.RED)

    def shows(self, numbers: frozenset[int]) -> bool:
        """Exactly these groups are green and all others red."""
        return all(state.lamp is (Lamp.GREEN if number in numbers else Lamp.RED) for number, state in self._states.items())

    def have_served(self, numbers: frozenset[int]) -> bool:
        """All of these have had their minimum green."""
        return all(self._states[number].has_served for number in numbers)

    def lamps(self) -> dict[int, Lamp]:
        """What every group is switched to."""
        return {number: state.lamp for number, state in self._states.items()}
