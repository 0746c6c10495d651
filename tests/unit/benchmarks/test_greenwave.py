"""The green-wave benchmark without SUMO: its boxes show nothing that its count would find, and the count finds what is there."""

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.greenwave.box import Box
from benchmarks.greenwave.outcome import Outcome
from benchmarks.greenwave.score import Trip, score
from benchmarks.greenwave.streets import Light
from benchmarks.greenwave.watch import LampCount
from simulators.signals.sumo.programme import SumoPhase, junction_from_sumo

PHASES = (
    SumoPhase("GGrrr", 20),
    SumoPhase("yyrrr", 3),
    SumoPhase("rrGGr", 20),
    SumoPhase("rryyr", 3),
    SumoPhase("rrrrG", 10),
    SumoPhase("rrrrr", 6),
)
CYCLE_S = 62


def light(*, is_fixed: bool = True) -> Light:
    return Light("J", junction_from_sumo("J", list(PHASES), frozenset({4})), PHASES, "0", is_fixed)


@dataclass
class Sumo:
    """As much of SUMO as a box uses: one light with a programme that runs by the clock until somebody sets its lamps."""

    now: float = 0.0
    shown: str = ""

    @property
    def trafficlight(self) -> "Sumo":
        return self

    @property
    def simulation(self) -> "Sumo":
        return self

    def getTime(self) -> float:  # noqa: N802
        return self.now

    def getPhase(self, _: str) -> int:  # noqa: N802
        place = self.now % CYCLE_S
        for number, phase in enumerate(PHASES):
            if place < phase.seconds:
                return number
            place -= phase.seconds
        raise AssertionError

    def getNextSwitch(self, _: str) -> float:  # noqa: N802
        return self.now - self.now % CYCLE_S + sum(phase.seconds for phase in PHASES[: self.getPhase("") + 1])

    def getRedYellowGreenState(self, _: str) -> str:  # noqa: N802
        return self.shown or PHASES[self.getPhase("")].letters

    def setRedYellowGreenState(self, _: str, letters: str) -> None:  # noqa: N802
        self.shown = letters

    def setProgram(self, _: str, __: str) -> None:  # noqa: N802
        self.shown = ""


@dataclass
class Street:
    sumo: Sumo = field(default_factory=Sumo)

    def __post_init__(self) -> None:
        self.box = Box(self.sumo, light(), 1.0)
        self.count = LampCount(self.box.light)
        self.longest_red_s = 0.0

    def second(self) -> None:
        self.box.watch()
        was_ours = self.box.is_ours
        self.box.step()
        self.sumo.now += 1
        judged = was_ours or self.box.is_ours
        self.count.look(self.sumo.getRedYellowGreenState("J"), self.sumo.now, judged=judged)


@settings(max_examples=80)
@given(st.lists(st.tuples(st.integers(1, 40), st.sampled_from([None, 1, 2, 3])), max_size=12), st.integers(0, 61))
def test_no_sequence_of_wishes_makes_a_box_unsafe(wishes: list[tuple[int, int | None]], start_s: int) -> None:
    street = Street(Sumo(float(start_s)))
    for seconds, stage in wishes:
        if stage is None:
            street.box.give_back()
        else:
            street.box.ask(street.box.stages[stage])
        for _ in range(seconds):
            street.second()

    assert street.count.findings == {}


@settings(max_examples=40)
@given(st.integers(0, 61), st.integers(1, 90), st.sampled_from([1, 2, 3]))
def test_a_box_that_is_given_back_comes_into_step_within_four_cycles(start_s: int, held_s: int, stage: int) -> None:
    street = Street(Sumo(float(start_s)))
    street.box.ask(street.box.stages[stage])
    for _ in range(held_s):
        street.second()
    street.box.give_back()
    for _ in range(4 * CYCLE_S):
        street.second()

    assert not street.box.is_ours
    assert street.sumo.shown == ""


def count_of(*seconds: str) -> dict[str, int]:
    count = LampCount(light())
    for now, letters in enumerate(seconds):
        count.look(letters, float(now), judged=True)
    return count.findings


def test_the_count_finds_two_greens_that_conflict() -> None:
    assert count_of("GGrrr", *["GGGrr"] * 3)["conflicting_green"] == 3


def test_the_count_finds_a_missing_and_a_short_yellow() -> None:
    assert "no_yellow" in count_of("GGrrr", "rrrrr")
    assert "short_yellow" in count_of(*["GGrrr"] * 9, "yyrrr", "yyrrr", "rrrrr")
    assert count_of(*["GGrrr"] * 9, *["yyrrr"] * 3, "rrrrr") == {}


def test_the_count_finds_a_short_green_and_a_short_clearance() -> None:
    assert "short_green" in count_of("rrrrr", *["GGrrr"] * 3, "yyrrr")
    assert "short_clearance" in count_of(*["rrrrG"] * 9, *["rrrrr"] * 4, "GGrrr")
    assert count_of(*["rrrrG"] * 9, *["rrrrr"] * 6, "GGrrr") == {}


def test_a_trip_that_does_not_arrive_counts_as_the_horizon_and_delay_is_paired_by_seed() -> None:
    trips = [
        Trip(0, 1, 100.0, 2000.0, Outcome(trip_s=120.0, arrived=True, others_delay_s=1020.0)),
        Trip(0, 2, 100.0, 2000.0, Outcome(others_delay_s=2060.0)),
    ]

    found = score(trips, {1: Outcome(others_delay_s=1000.0), 2: Outcome(others_delay_s=2000.0)})

    assert (found.arrived, found.ratio, found.ratio_p95) == (1, 10.6, 20.0)
    assert found.others == 0.025
    assert found.others_95 == 0.0636  # two seeds: 12.71 times the spread of 0.005
