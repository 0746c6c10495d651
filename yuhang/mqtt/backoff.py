"""How long to wait before the next attempt."""

import random
from collections.abc import Callable


class Backoff:
    """Waiting times that double from `first_s` to `longest_s`, each drawn from its upper half so that clients spread out."""

    def __init__(self, first_s: float, longest_s: float, draw: Callable[[float, float], float] = random.uniform) -> None:
        self.last_s = 0.0
        self._first_s = first_s
        self._longest_s = longest_s
        self._draw = draw
        self._attempts = 0

    def next_s(self) -> float:
        """The time to wait before the next attempt, seconds."""
        ceiling = min(self._longest_s, self._first_s * 2.0 ** min(self._attempts, 32))
        self._attempts += 1
        self.last_s = self._draw(ceiling / 2, ceiling)
        return self.last_s

    def reset(self) -> None:
        """Start again from the shortest time."""
        self._attempts = 0
