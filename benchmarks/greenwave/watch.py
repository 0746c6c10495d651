"""What must never be seen, counted from the lamps that SUMO shows: this file knows nothing of boxes, stages or plans."""

from dataclasses import dataclass, field

from benchmarks.greenwave.streets import Light

_GREEN = frozenset("Gg")
_SLACK_S = 0.01


@dataclass(slots=True)
class LampCount:
    """One light, looked at once a step after the lamps were set; counts while `judged`, since SUMO's programme is its own."""

    light: Light
    findings: dict[str, int] = field(default_factory=dict)
    _before: str = ""
    _since_s: list[float] = field(default_factory=list)
    _green_ended_s: list[float] = field(default_factory=list)

    def look(self, letters: str, now_s: float, *, judged: bool) -> None:
        """Take in one step's lamps."""
        if not self._before:
            self._before, self._since_s = letters, [-1e6] * len(letters)
            self._green_ended_s = [-1e6] * len(letters)
            return
        if judged:
            self._conflicts(letters)
        for link, (before, after) in enumerate(zip(self._before, letters, strict=True)):
            if (before in _GREEN) == (after in _GREEN) and (before == "y") == (after == "y"):
                continue
            if judged:
                self._changed(link, before, after, now_s)
            self._since_s[link] = now_s
            if before in _GREEN or before == "y":
                self._green_ended_s[link] = now_s
        self._before = letters

    def _changed(self, link: int, before: str, after: str, now_s: float) -> None:
        group = self.light.groups[self.light.group_of[link]]
        lasted_s = now_s - self._since_s[link] + _SLACK_S
        if before in _GREEN and lasted_s < group.min_green_s:
            self._count("short_green")
        if before in _GREEN and after != "y" and group.is_vehicle:
            self._count("no_yellow")
        if before == "y" and lasted_s < group.yellow_s:
            self._count("short_yellow")
        if after in _GREEN:
            for other in self.light.foes[link]:
                rival = self.light.groups[self.light.group_of[other]]
                needed_s = rival.red_clearance_s + (0.0 if rival.is_vehicle else rival.green_flash_s)
                if now_s - self._green_ended_s[other] + _SLACK_S < needed_s:
                    self._count("short_clearance")

    def _conflicts(self, letters: str) -> None:
        going = {link for link, letter in enumerate(letters) if letter in _GREEN or letter == "y"}
        if any(letters[link] in _GREEN and going.intersection(self.light.foes[link]) for link in going):
            self._count("conflicting_green")

    def _count(self, what: str) -> None:
        self.findings[what] = self.findings.get(what, 0) + 1
