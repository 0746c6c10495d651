"""Other ways that are really others: what was found before is made dearer, and what comes out must share little with it."""

from central.dispatch.network.nearby import Place
from central.dispatch.route.search import Route, Search

DEARER = 1.4  # each time an edge was on a way found before
MOST_SHARED = 0.7  # of its length with any other
MOST_LONGER = 1.5  # times the fastest
_ROUNDS = 3  # searches for each alternative


def ways(search: Search, start: Place, goal: Place, count: int = 3) -> tuple[Route, ...]:
    """Up to `count` routes, the fastest first; `NoWay` where there is none."""
    bounds = search.bounds(goal)
    dearer: dict[int, float] = {}
    found: list[Route] = []
    for _ in range(1 + _ROUNDS * (count - 1)):
        turns = search.path(start, goal, bounds, dearer)
        route = search.timed(turns, start, goal)
        if not found or (route.seconds <= MOST_LONGER * found[0].seconds and all(shared(route, r) <= MOST_SHARED for r in found)):
            found.append(route)
        if len(found) >= count:
            break
        for edge in route.edges:
            dearer[edge] = dearer.get(edge, 1.0) * DEARER
    return tuple(sorted(found, key=lambda route: route.seconds))


def shared(route: Route, other: Route) -> float:
    """Share of the length of `route` that `other` uses too, 0 to 1."""
    taken = set(other.edges)
    common_m = sum(leg.length_m for leg in route.legs if leg.edge in taken)
    return common_m / route.length_m if route.length_m else 1.0
