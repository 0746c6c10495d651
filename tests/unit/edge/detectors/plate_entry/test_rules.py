"""One vehicle after the other through a lane: what is said, and that nothing is said twice or too soon."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from edge.detectors.plate_entry.config import PlateEntryConfig
from edge.detectors.plate_entry.rules import Decision, LaneLook, LaneRules
from edge.plates.config import ConsensusRules
from edge.plates.types import PlateReading
from yuhang.plates import is_plate

START = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
CONFIG = PlateEntryConfig(kind="plate_entry", lane="east-in")
MINE, YOURS = "浙A12345", "皖P82K60"


def clear(text: str) -> PlateReading:
    return PlateReading(text, (0.99,) * len(text), 0.95, second=text)


def unclear(text: str) -> PlateReading:
    return PlateReading(text, (0.4,) * len(text), 0.2)


def split(text: str) -> PlateReading:
    return replace(clear(text), second="苏" + text[1:])


class Lane:
    """A lane looked at ten times a second."""

    def __init__(self, config: PlateEntryConfig = CONFIG) -> None:
        self.rules = LaneRules(config, ConsensusRules(), is_plate)
        self.now = 0.0

    def see(self, reading: PlateReading | None, looks: int = 1, *, vehicle: bool = True) -> list[tuple[float, Decision]]:
        said = []
        for _ in range(looks):
            decision = self.rules.step(LaneLook(START + timedelta(seconds=self.now), reading, vehicle))
            if decision is not None:
                said.append((round(self.now, 1), decision))
            self.now += 0.1
        return said

    def empty(self, seconds: float) -> list[tuple[float, Decision]]:
        return self.see(None, round(seconds * 10), vehicle=False)


def test_three_clear_looks_decide_and_nothing_is_said_again() -> None:
    lane = Lane()
    ((at, decision),) = lane.see(clear(MINE), 40)
    assert (at, decision.outcome, decision.verdict.text, decision.verdict.votes) == (0.2, "read", MINE, 3)
    assert decision.appeared_at == START


def test_a_plate_on_which_the_readers_differ_goes_to_a_person_after_a_second() -> None:
    ((at, decision),) = Lane().see(split(MINE), 40)
    assert (at, decision.outcome, decision.verdict.text) == (1.0, "doubtful", None)


def test_a_doubtful_one_that_is_read_later_is_the_same_vehicle() -> None:
    lane = Lane()
    ((_, doubtful),) = lane.see(unclear(MINE), 15)
    ((_, read),) = lane.see(clear(MINE), 15)
    assert (doubtful.outcome, read.outcome) == ("doubtful", "read")
    assert doubtful.vehicle == read.vehicle


def test_a_vehicle_without_a_plate_goes_to_a_person() -> None:
    ((at, decision),) = Lane().see(None, 50)
    assert (at, decision.outcome, decision.readings) == (2.0, "no_plate", ())


def test_two_texts_in_turn_are_never_read() -> None:
    lane = Lane()
    said = [one for _ in range(20) for one in (*lane.see(clear(MINE)), *lane.see(clear(YOURS)))]
    assert [decision.outcome for _, decision in said] == ["doubtful"]


def test_the_next_vehicle_begins_when_the_lane_was_empty() -> None:
    lane = Lane()
    first = lane.see(clear(MINE), 10)
    lane.empty(2.5)
    second = lane.see(clear(YOURS), 10)
    assert [decision.verdict.text for _, decision in (*first, *second)] == [MINE, YOURS]
    assert first[0][1].vehicle != second[0][1].vehicle


def test_the_next_vehicle_close_behind_is_told_by_its_plate_and_a_bad_look_at_the_first_is_not() -> None:
    lane = Lane()
    assert len(lane.see(clear(MINE), 5)) == 1
    assert lane.see(clear("浙A12346"), 10) == []
    ((_, second),) = lane.see(clear(YOURS), 10)
    assert second.verdict.text == YOURS


def test_the_same_plate_back_within_a_minute_is_not_reported_again() -> None:
    lane = Lane()
    assert len(lane.see(clear(MINE), 5)) == 1
    lane.empty(10)
    assert lane.see(clear(MINE), 20) == []
    lane.empty(61)
    assert len(lane.see(clear(MINE), 5)) == 1


def test_a_flicker_of_the_finder_does_not_make_it_another_vehicle() -> None:
    lane = Lane()
    said = [one for _ in range(10) for one in (*lane.see(clear(MINE), 2), *lane.empty(1.5))]
    assert len(said) == 1


def test_what_is_no_plate_is_never_read() -> None:
    ((_, decision),) = Lane().see(clear("浙A1234"), 30)
    assert decision.outcome == "doubtful"


LOOKS = st.lists(
    st.tuples(st.sampled_from([None, clear(MINE), clear(YOURS), split(MINE), unclear(YOURS)]), st.booleans()), max_size=120
)


@given(LOOKS)
def test_whatever_is_seen_only_what_both_readers_said_three_times_is_read(looks: list[tuple[PlateReading | None, bool]]) -> None:
    lane = Lane()
    seen: dict[str, int] = {}
    outcomes: dict[int, list[str]] = {}
    for reading, vehicle in looks:
        if reading is not None and reading in {clear(MINE), clear(YOURS)}:
            seen[reading.text] = seen.get(reading.text, 0) + 1
        for _, decision in lane.see(reading, vehicle=vehicle):
            outcomes.setdefault(decision.vehicle, []).append(decision.outcome)
            if decision.verdict.text is not None:
                assert seen[decision.verdict.text] >= CONFIG.looks
    for said in outcomes.values():
        assert said in (["read"], ["doubtful"], ["no_plate"], ["doubtful", "read"], ["no_plate", "read"])


def test_a_person_is_not_asked_about_no_plate_before_there_was_time_to_find_one() -> None:
    with pytest.raises(ValidationError, match="no_plate_s"):
        PlateEntryConfig(kind="plate_entry", lane="east-in", decide_s=3, no_plate_s=2)
