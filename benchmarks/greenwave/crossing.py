"""Two engines whose ways cross: sent so that both would come to the same light together, each against its time alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from benchmarks.greenwave.job import Job
from benchmarks.greenwave.outcome import Outcome
from benchmarks.greenwave.pairs import Pair
from benchmarks.greenwave.streets import Way

MODE = "ours-same-way"
"""The ways stay what they are, so that they cross."""
LEAST_BEFORE_S = 20.0
"""Both are under way for so long before they meet that the meeting can be seen coming."""
RunAll = Callable[[list[Job]], dict[Job, Outcome]]


@dataclass(frozen=True, slots=True)
class Meeting:
    """`first` and `second` come to `light` from different roads, together if the second is sent `after_s` later."""

    first: Pair
    second: Pair
    light: str
    after_s: float


def meetings(ways: Sequence[tuple[Pair, Way]], count: int) -> tuple[Meeting, ...]:
    """Up to `count` meetings, one for each two pairs: at the first light that both need for different roads."""
    found = [meeting for one, other in combinations(ways, 2) if (meeting := _meeting(one, other)) is not None]
    return tuple(found[:count])


def _meeting(one: tuple[Pair, Way], other: tuple[Pair, Way]) -> Meeting | None:
    there = {line.light: line for line in other[1].stop_lines}
    for line in one[1].stop_lines:
        theirs = there.get(line.light)
        if theirs is None or one[1].edges[line.edge] == other[1].edges[theirs.edge]:
            continue
        here_s, there_s = _free_s(one[1], line.edge), _free_s(other[1], theirs.edge)
        if min(here_s, there_s) < LEAST_BEFORE_S:
            continue
        first, second = (one, other) if here_s >= there_s else (other, one)
        return Meeting(first[0], second[0], line.light, round(abs(here_s - there_s)))
    return None


def _free_s(way: Way, edge: int) -> float:
    """About how long it takes to the end of an edge of the way."""
    return sum(way.lengths_m[n] / way.limits_mps[n] for n in range(edge + 1))


def report(met: Sequence[Meeting], model: Job, run: RunAll) -> dict[str, object]:
    """Each engine's time with the other one against its time alone, seed and call being the same."""
    together = {meeting: _together(meeting, model) for meeting in met}
    alone = {meeting: _alone(meeting, model) for meeting in met}
    done = run([*together.values(), *(job for jobs in alone.values() for job in jobs)])
    rows = []
    for meeting, job in together.items():
        both, (one, other) = done[job], (done[found] for found in alone[meeting])
        rows.append(
            {
                "light": meeting.light,
                "pairs": [meeting.first.number, meeting.second.number],
                "ratios": [_ratio(both.trip_s, one.trip_s), _ratio(both.second_trip_s, other.trip_s)],
                "teleports": both.teleports,
                "violations": sum(both.violations.values()),
            }
        )
    ratios = [ratio for row in rows for ratio in _ratios(row)]
    return {
        "network": model.scenario.name,
        "sublane": model.scenario.sublane,
        "meetings": rows,
        "ratio": round(sum(ratios) / len(ratios), 3) if ratios else None,
        "ratio_worst": max(ratios, default=None),
        "not_arrived": 2 * len(rows) - len(ratios),
        "violations": sum(sum(done[job].violations.values()) for job in together.values()),
    }


def _together(meeting: Meeting, model: Job) -> Job:
    return replace(model, mode=MODE, pair=meeting.first, second=meeting.second, second_after_s=meeting.after_s)


def _alone(meeting: Meeting, model: Job) -> tuple[Job, Job]:
    second = replace(model, mode=MODE, pair=meeting.second, call_s=model.call_s + meeting.after_s)
    return replace(model, mode=MODE, pair=meeting.first), second


def _ratio(trip_s: float | None, alone_s: float | None) -> float | None:
    return None if trip_s is None or not alone_s else round(trip_s / alone_s, 3)


def _ratios(row: dict[str, object]) -> list[float]:
    ratios = row["ratios"]
    return [ratio for ratio in ratios if ratio is not None] if isinstance(ratios, list) else []
