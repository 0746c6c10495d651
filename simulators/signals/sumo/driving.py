"""Drives SUMO's lamps from controllers, step by step.

`libsumo` (or `traci`) is handed in, so this file needs neither. An error of a protocol shows on the street: an engine that stands
at red, or a junction that flashes.
"""

from datetime import UTC, datetime
from typing import Any

from simulators.errors import JunctionError
from simulators.signals.kernel.controller import Controller, Observation
from simulators.signals.kernel.lamps import Lamp, ticks
from simulators.signals.sumo.programme import SumoJunction, SumoPhase, junction_from_sumo

LETTERS = {Lamp.YELLOW: "y", Lamp.RED_YELLOW: "u", Lamp.YELLOW_FLASH: "o", Lamp.OFF: "O"}


class SumoLamps:
    """One traffic light of SUMO, shown what its controller's lamps show."""

    def __init__(self, sumo: Any, light: str) -> None:
        self._sumo, self._light = sumo, light
        self.sumo_junction = _read(sumo, light)
        self.controller = Controller(self.sumo_junction.junction, clock_of(sumo))
        self._letters = list(self.sumo_junction.green_letters[self.sumo_junction.junction.stages[0].number])
        self._crossings = {group.number for group in self.sumo_junction.junction.groups if not group.is_vehicle}

    def step(self, seconds: float) -> None:
        """Let the controller's time pass and show its lamps; for a controller behind a device that is advanced elsewhere: 0."""
        self.controller.advance(ticks(seconds))
        self._sumo.trafficlight.setRedYellowGreenState(self._light, self.letters(self.controller.observe()))

    def letters(self, seen: Observation) -> str:
        """What SUMO is told to show: one letter a link."""
        green = self.sumo_junction.green_letters.get(seen.stage, "")
        shown = list(self.sumo_junction.red_letters)
        for number, links in self.sumo_junction.links.items():
            for link in links:
                if green and green[link] in "Gg":
                    self._letters[link] = green[link]
                shown[link] = self._letter(number, link, seen.lamps[number])
        return "".join(shown)

    def _letter(self, group: int, link: int, lamp: Lamp) -> str:
        if lamp is Lamp.RED or (lamp is Lamp.GREEN_FLASH and group in self._crossings):
            return self.sumo_junction.red_letters[link]  # nobody steps out during the clearance
        if lamp in {Lamp.GREEN, Lamp.GREEN_FLASH}:
            return self._letters[link] if self._letters[link] in "Gg" else "G"
        return LETTERS[lamp]


def controllable(sumo: Any) -> list[str]:
    """The traffic lights that a controller can run: two stages or more."""
    found = []
    for light in sumo.trafficlight.getIDList():
        try:
            _read(sumo, light)
        except JunctionError:
            continue
        found.append(light)
    return found


def clock_of(sumo: Any) -> datetime:
    """The simulation's time as a clock."""
    return datetime.fromtimestamp(sumo.simulation.getTime(), UTC)


def _read(sumo: Any, light: str) -> SumoJunction:
    logics = {logic.programID: logic for logic in sumo.trafficlight.getAllProgramLogics(light)}
    logic = logics.get(sumo.trafficlight.getProgram(light))
    phases = [SumoPhase(phase.state, phase.duration) for phase in logic.phases] if logic else []
    if not phases:
        raise JunctionError(f"{light}: SUMO runs no programme with phases here")
    links = sumo.trafficlight.getControlledLinks(light)
    crossings = frozenset(index for index, link in enumerate(links) if link and _is_crossing(link[0]))
    phase, now = sumo.trafficlight.getPhase(light), sumo.simulation.getTime()
    run = phases[phase].seconds - (sumo.trafficlight.getNextSwitch(light) - now)
    begins_at_s = now - run - sum(before.seconds for before in phases[:phase])
    return junction_from_sumo(light, phases, crossings, begins_at_s)


def _is_crossing(link: tuple[str, str, str]) -> bool:
    """SUMO's crossings are internal lanes; so are the walking areas that they lead to."""
    return link[0].startswith(":") or link[1].startswith(":")
