"""The way of one engine as the plan sees it: stretches with their free speed, and stop lines with the stages that serve them."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from central.dispatch.controllers.model import JunctionModel


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of road: metres, and the engine's speed on it when nobody is in its way."""

    length_m: float
    free_mps: float


@dataclass(frozen=True, slots=True)
class StopLine:
    """A signalled stop line on the way.

    `movement`: lamp groups of the engine's own turn. `lane_groups`: those of all movements of the lanes that the turn leaves
    from; whoever stands there before the engine has to get away too. `yields_in`: stages in which the movement is green but gives
    way.
    """

    junction: str
    at_m: float
    beyond_m: float
    movement: frozenset[int]
    lane_groups: frozenset[int]
    yields_in: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Way:
    """The whole way; metres count from its beginning. `models` by junction; one without a model cannot be asked."""

    stretches: tuple[Stretch, ...]
    stop_lines: tuple[StopLine, ...]
    models: Mapping[str, JunctionModel]

    @cached_property
    def _ends_m(self) -> tuple[float, ...]:
        return tuple(accumulate(stretch.length_m for stretch in self.stretches))

    @cached_property
    def _ends_s(self) -> tuple[float, ...]:
        return tuple(accumulate(stretch.length_m / stretch.free_mps for stretch in self.stretches))

    def free_s(self, from_m: float, to_m: float) -> float:
        """Seconds between two places for an engine that nobody hinders."""
        return max(0.0, self._reached_s(to_m) - self._reached_s(from_m))

    def free_mps(self, at_m: float) -> float:
        """The free speed at a place."""
        return self.stretches[min(bisect_right(self._ends_m, at_m), len(self.stretches) - 1)].free_mps

    def _reached_s(self, at_m: float) -> float:
        number = min(bisect_right(self._ends_m, at_m), len(self.stretches) - 1)
        stretch = self.stretches[number]
        begins_m = self._ends_m[number] - stretch.length_m
        begins_s = self._ends_s[number] - stretch.length_m / stretch.free_mps
        return begins_s + max(0.0, at_m - begins_m) / stretch.free_mps
