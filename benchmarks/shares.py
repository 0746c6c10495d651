"""Shares with their 95 % intervals."""

import math
from dataclasses import dataclass


@dataclass(slots=True)
class Share:
    """How many of how many."""

    hits: int = 0
    count: int = 0

    def add(self, hit: bool) -> None:
        """Count one more."""
        self.hits += hit
        self.count += 1

    def result(self) -> dict[str, float | int | list[float]]:
        """The share with its 95 % interval (Wilson)."""
        if self.count == 0:
            return {"n": 0}
        low, high = wilson(self.hits, self.count)
        return {"n": self.count, "share": round(self.hits / self.count, 4), "interval_95": [round(low, 4), round(high, 4)]}


def wilson(hits: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    z = 1.96
    share = hits / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return middle - half, middle + half
