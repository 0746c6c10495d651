"""When a source may change its state, and how long to wait before trying again: pure."""

from collections import deque
from dataclasses import dataclass, field

from edge.frames import SourceState
from edge.sources.errors import SourceError

STABLE_S = 20.0
"""Who stayed up this long has recovered: the next failure is a first one again. Seconds."""

_ALLOWED: dict[SourceState, frozenset[SourceState]] = {
    SourceState.CONNECTING: frozenset({SourceState.LIVE, SourceState.LOST, SourceState.ENDED, SourceState.CLOSED}),
    SourceState.LIVE: frozenset({SourceState.LOST, SourceState.ENDED, SourceState.CLOSED}),
    SourceState.LOST: frozenset({SourceState.CONNECTING, SourceState.CLOSED}),
    SourceState.ENDED: frozenset(),
    SourceState.CLOSED: frozenset(),
}


@dataclass(slots=True)
class Backoff:
    """Waits that double from `min_s` to `max_s`, and start again once something has stayed up for `STABLE_S`."""

    min_s: float
    max_s: float
    failures: int = field(default=0, init=False)

    def failed(self, lived_s: float) -> float:
        """Seconds to wait after a failure of something that had been up for `lived_s` (0 if it never came up)."""
        if lived_s >= STABLE_S:
            self.failures = 0
        wait = min(self.max_s, self.min_s * 2.0 ** min(self.failures, 32))
        self.failures += 1
        return wait


@dataclass(slots=True)
class RestartBudget:
    """How many restarts within `within_s` are a hiccup; who needs more has failed and is tried again every `slow_s`.

    Times are seconds of any steady clock.
    """

    most: int = 5
    within_s: float = 600.0
    slow_s: float = 300.0
    _deaths: deque[float] = field(default_factory=deque, init=False)

    def died(self, now_s: float) -> bool:
        """Note a death; whether the budget is used up."""
        self._deaths.append(now_s)
        while self._deaths[0] < now_s - self.within_s or len(self._deaths) > self.most + 1:
            self._deaths.popleft()
        return len(self._deaths) > self.most


@dataclass(slots=True)
class SourceMachine:
    """The state of one source. Times are seconds of any steady clock."""

    backoff: Backoff
    state: SourceState = field(default=SourceState.CONNECTING, init=False)
    retry_at_s: float = field(default=0.0, init=False)
    _live_since_s: float | None = field(default=None, init=False)

    @property
    def is_final(self) -> bool:
        """Whether nothing more will come."""
        return not _ALLOWED[self.state]

    def move(self, state: SourceState, now_s: float) -> None:
        """Go to `state`, or raise `SourceError` where that makes no sense."""
        if state not in _ALLOWED[self.state]:
            raise SourceError(f"a source that is {self.state} cannot become {state}")
        if state is SourceState.LIVE:
            self._live_since_s = now_s
        elif state is SourceState.LOST:
            lived_s = now_s - self._live_since_s if self._live_since_s is not None else 0.0
            self._live_since_s = None
            self.retry_at_s = now_s + self.backoff.failed(lived_s)
        self.state = state
