"""The site's roads for one vehicle: where a position lies on them, the fastest way, and what it would take without priority."""

import threading
from dataclasses import dataclass
from pathlib import Path

from central.dispatch.network.model import Network
from central.dispatch.network.nearby import Nearby, Place
from central.dispatch.network.storage import load_network
from central.dispatch.route.costs import Conditions, Costs, Vehicle
from central.dispatch.route.errors import NoWay
from central.dispatch.route.search import Route, Router, Search
from yuhang.coordinates import Position


@dataclass(frozen=True, slots=True)
class Way:
    """A route from `start` to `goal`, and its seconds for an engine that waits at its signals like everybody."""

    route: Route
    start: Place
    goal: Place
    unaided_s: float


class Roads:
    """Built once a network. `steered`: by signal of the network, the seconds that a change of stage takes at most."""

    def __init__(self, network: Network, steered: dict[int, float]) -> None:
        self.network = network
        vehicle = Vehicle()
        self._steered = steered
        self._router = Router(Costs(network, vehicle, steered))
        self._unaided = Router(Costs(network, vehicle)).under(Conditions())
        self._nearby = Nearby(network, vehicle.permission)
        self._lock = threading.Lock()
        self._search: tuple[frozenset[int], Search] = (frozenset(), self._router.under(Conditions()))

    @classmethod
    def load(cls, path: Path, steered: dict[str, float]) -> "Roads":
        """From a network file and, by the signals' names, how long their changes take; `NetworkError` says what is wrong."""
        network = load_network(path)
        numbers = {signal.id: number for number, signal in enumerate(network.signals)}
        return cls(network, {numbers[name]: seconds for name, seconds in steered.items() if name in numbers})

    def place(self, position: Position, heading_deg: float | None = None) -> Place | None:
        """Where a position lies on the roads; None where no road is near."""
        return self._nearby.find(position, heading_deg)

    def way(self, start: Place, goal: Place, refusing: frozenset[int] = frozenset()) -> Way:
        """The fastest way; signals in `refusing` cost as if nobody asked them. `NoWay` where there is none."""
        route = self._under(refusing).fastest(start, goal)
        turns = tuple(leg.turn for leg in route.legs if leg.turn is not None)
        return Way(route, start, goal, self._unaided.timed(turns, start, goal).seconds)

    def seconds(self, start: Place, goal: Place) -> float | None:
        """Travel time now, None where there is no way."""
        try:
            return self._under(frozenset()).fastest(start, goal).seconds
        except NoWay:
            return None

    def _under(self, refusing: frozenset[int]) -> Search:
        with self._lock:
            if self._search[0] != refusing:
                self._search = (refusing, self._router.under(Conditions(refusing=refusing)))
            return self._search[1]
