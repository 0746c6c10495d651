"""How much of a processor the looks of the detector may take, shared out fairly between the cameras. Pure.

A machine may be shown more pictures than it can look at; a queue of them would make every event late. So a look is refused where
the budget is spent: first to those cameras that have taken more than their share of late. What a rule waits for is never refused,
so that no stay is voided by a busy street next door; the others pay for it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

BURST_S = 2.0
"""Seconds of looking that may be saved up, and owed by looks that could not be refused."""
PLENTY = 0.9
"""Share of the most that can be saved up from which nobody is refused."""
MEMORY_S = 20.0
"""Time after which what a camera has taken counts a third."""


@dataclass(slots=True)
class LookBudget:
    """`share` of one processor's time, 0..1 or more; None refuses nothing. `now_s` is a steady clock in seconds."""

    share: float | None
    now_s: Callable[[], float]
    _saved_s: float = field(default=BURST_S, init=False)
    _at_s: float | None = field(default=None, init=False)
    _taken_s: dict[str, float] = field(default_factory=dict, init=False)
    _lent_s: dict[str, float] = field(default_factory=dict, init=False)
    _usual_s: float = field(default=0.0, init=False)
    _refused: set[str] = field(default_factory=set, init=False)

    def allows(self, camera: str, *, needed: bool) -> bool:
        """Whether the detector may look at a picture of this camera; `needed`: a rule waits for it.

        Until `took` says better, a look that was allowed counts with what the one before took: many are under way at once.
        """
        if self.share is None:
            return True
        self._pass_time(self.share)
        plenty = self._saved_s >= PLENTY * BURST_S or (self._saved_s > 0 and self._is_modest(camera))
        if not (needed or plenty):
            self._refused.add(camera)
            return False
        self._lent_s[camera] = self._usual_s
        self._charge(camera, self._usual_s)
        return True

    def took(self, camera: str, seconds: float) -> None:
        """A look has taken so many seconds."""
        if self.share is None:
            return
        self._pass_time(self.share)
        self._usual_s = seconds
        self._charge(camera, seconds - self._lent_s.pop(camera, 0.0))

    def capped(self) -> frozenset[str]:
        """The cameras that were refused a look since the last call."""
        refused, self._refused = frozenset(self._refused), set()
        return refused

    def _charge(self, camera: str, seconds: float) -> None:
        self._saved_s = max(-BURST_S, self._saved_s - seconds)
        self._taken_s[camera] = max(0.0, self._taken_s.get(camera, 0.0) + seconds)

    def _is_modest(self, camera: str) -> bool:
        """Whether a camera has of late taken no more than others did; the more is saved, the more it may have taken."""
        mean_s = sum(self._taken_s.values()) / max(1, len(self._taken_s))
        return self._taken_s.get(camera, 0.0) <= mean_s * (1 + 2 * self._saved_s / BURST_S)

    def _pass_time(self, share: float) -> None:
        now_s = self.now_s()
        passed_s = max(0.0, now_s - self._at_s) if self._at_s is not None else 0.0
        self._at_s = now_s
        self._saved_s = min(BURST_S, self._saved_s + passed_s * share)
        kept = 3.0 ** (-passed_s / MEMORY_S)
        self._taken_s = {camera: taken * kept for camera, taken in self._taken_s.items() if taken * kept > 1e-3}
