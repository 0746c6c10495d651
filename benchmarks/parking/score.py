"""Reported stops held against the stays that happened. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.kerb.node import START
from benchmarks.kerb.score import Due, Tally, tally
from yuhang.messages import NodeEvent, ParkingLeftEvent, ParkingStoppedEvent

LATE_S = 5.0
SAME_STOP_S = 5.0


@dataclass(frozen=True, slots=True)
class Stay:
    """A vehicle in the zone for too long, from when to when; seconds of the scene."""

    from_s: float
    until_s: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one scene; `dwell_errors_s` of the stays that were reported with their end."""

    seed: int
    story: str
    tally: Tally
    plain: Tally
    dwell_errors_s: tuple[float, ...]


def judge(
    seed: int,
    story: str,
    stays: Sequence[Stay],
    dwell_s: float,
    *,
    events: Iterable[tuple[float, NodeEvent]],
    plain: Sequence[float],
) -> Outcome:
    """One scene's events and the baseline's alarms (seconds) against its stays."""
    due = [Due(stay.from_s + dwell_s - 1, stay.from_s + dwell_s + LATE_S, stay.from_s) for stay in stays]
    seen = list(events)
    alarms = [at_s for at_s, event in seen if isinstance(event, ParkingStoppedEvent)]
    errors = [
        abs((event.data.left_at - event.data.stopped_at).total_seconds() - (stay.until_s - stay.from_s))
        for _, event in seen
        if isinstance(event, ParkingLeftEvent)
        for stay in stays
        if abs((event.data.stopped_at - START).total_seconds() - stay.from_s) <= SAME_STOP_S
    ]
    return Outcome(seed, story, tally(due, alarms), tally(due, plain), tuple(round(error, 3) for error in errors))
