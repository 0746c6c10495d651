"""Which two engines meet, and how their times are weighed, without SUMO."""

from pathlib import Path

from benchmarks.greenwave.crossing import meetings, report
from benchmarks.greenwave.job import Job
from benchmarks.greenwave.outcome import Outcome
from benchmarks.greenwave.pairs import Pair
from benchmarks.greenwave.scenario import Scenario
from benchmarks.greenwave.streets import StopLine, Way

LIGHT = "J"


def way(*edges: str, light_after: int, length_m: float = 500.0) -> Way:
    """Straight roads of 10 m/s; the light stands at the end of one of them."""
    count = len(edges)
    line = StopLine(LIGHT, light_after, length_m * (light_after + 1), frozenset({0}), frozenset({0}), (), 0.0)
    begins = tuple(length_m * number for number in range(count))
    return Way(edges, begins, (length_m,) * count, (10.0,) * count, (10.0,) * (count - 1), (line,))


def pair(number: int, found: Way) -> tuple[Pair, Way]:
    return Pair(number, found.edges, found.length_m, 1), found


SLOW = pair(0, way("a", "b", "c", light_after=1))
QUICK = pair(1, way("d", "c", light_after=0))
SAME_ROAD = pair(2, way("x", "b", "c", light_after=1))


def test_the_one_who_is_nearer_is_sent_later_so_that_both_come_together() -> None:
    for order in ([SLOW, QUICK], [QUICK, SLOW]):
        (met,) = meetings(order, 5)
        assert (met.first.number, met.second.number, met.light, met.after_s) == (0, 1, LIGHT, 50)


def test_who_comes_by_the_same_road_does_not_cross() -> None:
    assert meetings([SLOW, SAME_ROAD], 5) == ()


def test_each_time_is_weighed_against_the_same_trip_alone_and_who_does_not_arrive_is_counted() -> None:
    (met,) = meetings([SLOW, QUICK], 1)
    model = Job(Scenario(Path("town/run.sumocfg")), "none", 1, None, trip_only=True)

    def run(jobs: list[Job]) -> dict[Job, Outcome]:
        both = Outcome(trip_s=110.0, arrived=True, second_trip_s=None, violations={"short_green": 1})
        return {job: both if job.second is not None else Outcome(trip_s=100.0, arrived=True) for job in jobs}

    found = report([met], model, run)

    assert (found["ratio"], found["ratio_worst"], found["not_arrived"], found["violations"]) == (1.1, 1.1, 1, 1)
