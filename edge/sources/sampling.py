"""Which pictures of a stream are analysed: pure, by the stream's own time."""

from dataclasses import dataclass, field

_EARLY = 0.25  # of an interval: time stamps jitter, and a picture a little early is the one that was meant
_REORDERED_S = 1.0  # pictures may come this much out of order


@dataclass(slots=True)
class Sampler:
    """Picks about `per_second` pictures a second of stream time; None picks all.

    Picks lie on a fixed grid, so that 25 pictures a second sampled at 2 give 2 and not 1.92.
    """

    per_second: float | None
    _due: float | None = field(default=None, init=False)
    _last: float | None = field(default=None, init=False)

    def wants(self, at_s: float) -> bool:
        """Whether the picture at stream time `at_s` (seconds, any origin) is one to analyse; a long step back starts anew."""
        if self.per_second is None:
            return True
        interval = 1.0 / self.per_second
        if self._last is not None and at_s < self._last - _REORDERED_S:
            self._due = None
        self._last = at_s
        if self._due is not None and at_s < self._due - interval * _EARLY:
            return False
        on_grid = self._due is not None and at_s < self._due + interval
        self._due = (self._due if on_grid and self._due is not None else at_s) + interval
        return True
