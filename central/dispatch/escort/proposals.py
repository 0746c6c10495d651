"""Which engines fit a call, by the time that each would take from where it is now."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from central.dispatch.escort.config import EngineConfig
from central.dispatch.escort.positions import Positions
from central.dispatch.escort.roads import Roads
from yuhang.coordinates import Position


@dataclass(frozen=True, slots=True)
class Proposal:
    """An engine of the right kind. `seconds`: travel time now; None with the reason why nobody knows."""

    engine: EngineConfig
    seconds: float | None
    busy: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What is known of the engines now (`now_s` monotonic); a position older than `fresh_s` is none. `roads` None: no network."""

    positions: Positions
    roads: Roads | None
    now_s: float
    fresh_s: float


def propose(
    engines: Iterable[EngineConfig], goal: Position, known: Whereabouts, *, busy: Collection[str]
) -> tuple[Proposal, ...]:
    """The engines, free ones first, the fastest first; one whose position is not known comes last and is named all the same."""

    def judge(engine: EngineConfig) -> Proposal:
        seconds, reason = _seconds(engine, goal, known)
        return Proposal(engine, seconds, engine.id in busy, reason)

    found = [judge(engine) for engine in engines]
    return tuple(sorted(found, key=lambda one: (one.busy, one.seconds is None, one.seconds or 0.0, one.engine.id)))


def _seconds(engine: EngineConfig, goal: Position, known: Whereabouts) -> tuple[float | None, str]:
    last, roads = known.positions.last(engine.id), known.roads
    if roads is None:
        return None, "no_network"
    if last is None or last.age_s(known.now_s) > known.fresh_s:
        return None, "no_position"
    start, end = roads.place(last.position, last.heading_deg), roads.place(goal)
    if start is None or end is None:
        return None, "off_the_roads"
    seconds = roads.seconds(start, end)
    return seconds, "" if seconds is not None else "no_way"
