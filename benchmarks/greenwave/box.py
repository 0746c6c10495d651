"""A controller for one SUMO light: SUMO's own programme until somebody asks, then every change as a real controller makes it.

Minimum green, yellow, red clearance and the walkers' clearance run whatever is asked; a change once begun is finished.
Given back, it goes on with the stage whose movements waited longest and comes smoothly into step with its clock (a fifth faster
or slower), then SUMO's own programme runs again. SUMO by itself would jump back at once, and would show anything.
"""

from datetime import UTC, datetime
from typing import Any

from benchmarks.greenwave.streets import Light
from simulators.signals.junction import Programme, Slot
from simulators.signals.kernel.programme import ProgrammeRunner

GREEN = frozenset("Gg")
_NEVER_S = 1e6
_IN_STEP_TICKS = 10


class Box:
    """`ask` for letters (a stage's, in modes that may call only stages), `give_back`, and `step` once a simulation step."""

    def __init__(self, sumo: Any, light: Light, step_s: float) -> None:
        self._sumo, self.light, self._step_s = sumo, light, step_s
        self.stages = light.sumo_junction.green_letters
        self.letters = ""
        self.ages = [_NEVER_S] * len(light.sumo_junction.red_letters)
        self.wish: str | None = None
        self.is_ours = False
        """We steer, from the first change of ours until SUMO's own programme runs again."""
        self._goal = ""
        self._runner: ProgrammeRunner | None = None
        groups = light.groups
        self._began_s = self._cycle_began()
        self._kinds = [groups[light.group_of[link]] for link in range(len(self.ages))]
        self.watch()

    @property
    def changing(self) -> bool:
        """Between two stages."""
        return self.is_ours and self.letters != self._goal

    def ask(self, letters: str) -> None:
        """Wish for these letters from now on."""
        self.wish = letters

    def give_back(self) -> None:
        """The programme may go on."""
        self.wish = None

    def green_for_s(self, link: int) -> float:
        """Seconds of green, 0 while it is not."""
        return self.ages[link] if self.letters[link] in GREEN else 0.0

    def stage(self) -> int | None:
        """The stage whose greens are shown, if it is one."""
        shown = _greens(self.letters)
        return next((number for number, letters in self.stages.items() if _greens(letters) == shown), None)

    def watch(self) -> None:
        """Before the decisions of a step: what SUMO shows."""
        letters = self._sumo.trafficlight.getRedYellowGreenState(self.light.name)
        if not self.letters:
            self.letters = letters
        for link, letter in enumerate(letters):
            same = _kind(letter) == _kind(self.letters[link])
            self.ages[link] = self.ages[link] + self._step_s if same else self._step_s
        self.letters = letters

    def step(self) -> None:
        """After the decisions of a step: show what follows from them."""
        if not self.is_ours:
            if self.wish is None or not self._may_take_over():
                return
            self.is_ours, self._goal = True, self.letters
        wanted = self.wish if self.wish is not None else self._programme()
        if not self.is_ours:
            return
        if not self.changing and wanted != self._goal and self._served():
            self._goal = wanted
        letters = "".join(self._next(link) for link in range(len(self.ages)))
        for link, letter in enumerate(letters):
            if _kind(letter) != _kind(self.letters[link]):
                self.ages[link] = 0.0
        self.letters = letters
        self._sumo.trafficlight.setRedYellowGreenState(self.light.name, letters)

    def _may_take_over(self) -> bool:
        return bool(_greens(self.letters)) and not set(self.letters) & set("yu")

    def _served(self) -> bool:
        return all(
            age >= kind.min_green_s
            for age, kind, letter in zip(self.ages, self._kinds, self.letters, strict=True)
            if letter in GREEN
        )

    def _next(self, link: int) -> str:
        """What a link shows next on its way to the goal."""
        kind, age, shown, goal = self._kinds[link], self.ages[link], self.letters[link], self._goal[link]
        red = self.light.sumo_junction.red_letters[link]
        if goal in GREEN:
            return goal if shown in GREEN or self._clear(link) else shown if shown == "y" and age < kind.yellow_s else red
        if shown in GREEN and kind.is_vehicle:
            return "y"
        return "y" if shown == "y" and age < kind.yellow_s else red

    def _clear(self, link: int) -> bool:
        """Red long enough, and so are all that must not be on their way with it."""
        return all(
            self.letters[other] not in GREEN and self.letters[other] != "y" and self.ages[other] >= self._ending_s(other)
            for other in (link, *self.light.foes[link])
        )

    def _ending_s(self, link: int) -> float:
        kind = self._kinds[link]
        return kind.red_clearance_s + (0.0 if kind.is_vehicle else kind.green_flash_s)

    def _programme(self) -> str:
        """What the programme wants on its way back into step."""
        if self._runner is None:
            self._runner = self._resume()
        now = datetime.fromtimestamp(self._sumo.simulation.getTime(), UTC)
        for _ in range(round(self._step_s * 10)):
            self._runner.step(now, may_leave=not self.changing and self._served())
        letters = self.stages[self._runner.stage]
        if self.changing or self.letters != letters:
            return letters
        if self._served() and (not self.light.is_fixed or self._in_step(now, letters)):
            self._hand_over(letters)
        return letters

    def _resume(self) -> ProgrammeRunner:
        runner = ProgrammeRunner(self._slots(), datetime.fromtimestamp(self._sumo.simulation.getTime(), UTC))
        runner.resume(max(self.stages, key=self._waited_s))
        return runner

    def _waited_s(self, stage: int) -> float:
        """For how long the movement of a stage that has waited longest has been red."""
        return max((self.ages[link] for link in _greens(self.stages[stage]) if self.letters[link] not in GREEN), default=0.0)

    def _slots(self) -> Programme:
        """The programme's slots in SUMO's own times; a slot lasts from the end of the stage before to the end of its own."""
        ends = {number: self._end_s(letters) for number, letters in self.stages.items()}
        ordered = sorted(ends, key=lambda number: ends[number])
        cycle_s = sum(phase.seconds for phase in self.light.phases)
        slots = []
        for before, number in zip((ordered[-1], *ordered), ordered, strict=False):
            slots.append(Slot(stage=number, seconds=max(0.1, (ends[number] - ends[before]) % cycle_s)))
        return Programme(slots=tuple(slots), offset_s=(self._began_s + ends[ordered[-1]]) % cycle_s)

    def _end_s(self, letters: str) -> float:
        seconds = 0.0
        for phase in self.light.phases:
            seconds += phase.seconds
            if phase.letters == letters:
                return seconds
        return seconds

    def _cycle_began(self) -> float:
        """A moment when the cycle of SUMO's own programme began; asked while it runs."""
        lights, name = self._sumo.trafficlight, self.light.name
        return float(lights.getNextSwitch(name) - sum(p.seconds for p in self.light.phases[: lights.getPhase(name) + 1]))

    def _in_step(self, now: datetime, letters: str) -> bool:
        if self._runner is None or abs(self._runner.offset_error(now)) > _IN_STEP_TICKS:
            return False
        cycle_s = sum(phase.seconds for phase in self.light.phases)
        place_s = (now.timestamp() - self._began_s) % cycle_s
        for phase in self.light.phases:
            if place_s < phase.seconds:
                return phase.letters == letters and phase.seconds - place_s > self._step_s
            place_s -= phase.seconds
        return False

    def _hand_over(self, letters: str) -> None:
        lights, name = self._sumo.trafficlight, self.light.name
        lights.setProgram(name, self.light.programme)
        if not self.light.is_fixed:
            lights.setPhase(name, next(n for n, phase in enumerate(self.light.phases) if phase.letters == letters))
        self.is_ours, self._runner, self._goal = False, None, ""


def _greens(letters: str) -> frozenset[int]:
    return frozenset(link for link, letter in enumerate(letters) if letter in GREEN)


def _kind(letter: str) -> str:
    return "G" if letter in GREEN else letter if letter in "yuoO" else "r"
