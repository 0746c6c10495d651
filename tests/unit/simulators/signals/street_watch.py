"""What a pedestrian with a stopwatch would write down; it shares no code with the kernel or its monitor."""

from dataclasses import dataclass, field

from simulators.signals.junction import Junction
from simulators.signals.kernel.display import Display
from simulators.signals.kernel.lamps import Lamp

GOING = {Lamp.GREEN, Lamp.GREEN_FLASH, Lamp.YELLOW}


@dataclass
class StreetWatch:
    """Complaints about lamps seen tenth by tenth, as long as the junction is not flashing or dark."""

    junction: Junction
    complaints: list[str] = field(default_factory=list)
    _shown: dict[int, tuple[Lamp, int]] = field(default_factory=dict)

    def see(self, lamps: dict[int, Lamp], display: Display) -> None:
        if display not in {Display.GROUPS, Display.STARTING_RED}:
            self._shown = {}
            return
        self._look_for_conflicts(lamps)
        for number, lamp in lamps.items():
            before, lasted = self._shown.get(number, (lamp, 0))
            if lamp is not before:
                self._look_at_change(number, before, lasted, lamp)
            self._shown[number] = (lamp, lasted + 1 if lamp is before else 1)

    def _look_for_conflicts(self, lamps: dict[int, Lamp]) -> None:
        together = [set(stage.groups) for stage in self.junction.stages]
        going = [number for number, lamp in lamps.items() if lamp in GOING]
        for one in going:
            for other in going:
                if one < other and not any({one, other} <= stage for stage in together):
                    self.complaints.append(f"groups {one} and {other} go together")

    def _look_at_change(self, number: int, before: Lamp, lasted: int, now: Lamp) -> None:
        group = self.junction.group(number)
        allowed = {
            Lamp.RED: {Lamp.GREEN},
            Lamp.GREEN: {Lamp.GREEN_FLASH} if group.green_flash_s else {Lamp.YELLOW},
            Lamp.GREEN_FLASH: {Lamp.YELLOW} if group.is_vehicle else {Lamp.RED},
            Lamp.YELLOW: {Lamp.RED},
        }
        least = {
            Lamp.RED: group.red_clearance_s,
            Lamp.GREEN: group.min_green_s,
            Lamp.GREEN_FLASH: group.green_flash_s,
            Lamp.YELLOW: group.yellow_s,
        }
        if now not in allowed[before]:
            self.complaints.append(f"group {number} went from {before} to {now}")
        if number in self._shown and lasted < round(least[before] * 10):
            self.complaints.append(f"group {number} showed {before} for {lasted / 10} s only")
