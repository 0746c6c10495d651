"""The simple rules that everybody knows, as the benchmark compares them. Each looks once a step and asks the boxes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from benchmarks.greenwave.box import Box
from benchmarks.greenwave.streets import StopLine, Way

_SLOWEST_MPS = 4.0


@dataclass(frozen=True, slots=True)
class Position:
    """An engine along its way."""

    at_m: float
    speed_mps: float
    lane: str = ""


class Mode(Protocol):
    """How lights are asked for the engine."""

    def step(self, now_s: float, positions: Sequence[Position | None]) -> None:
        """Once a step; one position for each engine, none before it departs and after it has arrived."""


def letters_of_lamps(box: Box, line: StopLine) -> str:
    """The engine's links green, what conflicts red, the rest as it is."""
    foes = {other for link in line.links for other in box.light.foes[link]}
    red = box.light.sumo_junction.red_letters
    shown = [
        "G" if link in line.links else red[link] if link in foes or letter not in "Gg" else letter
        for link, letter in enumerate(box.letters)
    ]
    return "".join(shown)


def letters_of_stage(box: Box, line: StopLine) -> str | None:
    """The stage that lets the most of the engine's links go; none where no stage does."""
    serving = {n: sum(letters[link] in "Gg" for link in line.links) for n, letters in box.stages.items()}
    best = max(serving, key=lambda number: serving[number])
    return box.stages[best] if serving[best] else None


class Simple:
    """Asks for the lights ahead that `is_due` names, gives each back behind the engine."""

    def __init__(self, way: Way, boxes: Mapping[str, Box], *, near_m: float, lead_s: float, stages_only: bool) -> None:
        self._way, self._boxes = way, boxes
        self._near_m, self._lead_s, self._stages_only = near_m, lead_s, stages_only
        self._asked: dict[str, StopLine] = {}

    def step(self, now_s: float, positions: Sequence[Position | None]) -> None:
        """See `Mode`."""
        position = positions[0]
        due: dict[str, StopLine] = {}
        for line in self._way.stop_lines:
            if (
                position is not None
                and line.beyond_m > position.at_m
                and line.light in self._boxes
                and self._is_due(line, position)
            ):
                due.setdefault(line.light, line)
        for light in self._asked.keys() - due.keys():
            self._boxes[light].give_back()
        for light, line in due.items():
            if self._asked.get(light) is not line:
                box = self._boxes[light]
                letters = letters_of_stage(box, line) if self._stages_only else letters_of_lamps(box, line)
                if letters is not None:
                    box.ask(letters)
        self._asked = due

    def _is_due(self, line: StopLine, position: Position) -> bool:
        distance_m = line.at_m - position.at_m
        return distance_m <= self._near_m or distance_m / max(_SLOWEST_MPS, position.speed_mps) <= self._lead_s
