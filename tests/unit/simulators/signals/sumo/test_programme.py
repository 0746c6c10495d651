import pytest

from simulators.errors import JunctionError
from simulators.signals.sumo.programme import SumoPhase, junction_from_sumo

TWO_STAGES = [
    SumoPhase("GGgrrG", 30.0),
    SumoPhase("GGgrrr", 5.0),
    SumoPhase("yyyrrr", 4.0),
    SumoPhase("rrrGGs", 20.0),
    SumoPhase("rrryyr", 3.0),
    SumoPhase("rrrrrr", 2.0),
]


def test_links_that_change_together_are_one_group_and_green_phases_are_stages() -> None:
    made = junction_from_sumo("two", TWO_STAGES, frozenset({5}))

    assert made.links == {1: (0, 1, 2), 2: (3, 4), 3: (5,)}
    assert [stage.groups for stage in made.junction.stages] == [(1, 3), (2,)]
    assert made.green_letters[1] == "GGgrrG"
    assert made.red_letters == "rrrrrs"


def test_the_larger_of_both_times_counts() -> None:
    groups = junction_from_sumo("two", TWO_STAGES, frozenset({5})).junction.groups
    assert [group.yellow_s for group in groups if group.is_vehicle] == [4.0, 3.0]
    assert [(group.min_green_s, group.green_flash_s) for group in groups if not group.is_vehicle] == [(8.0, 5.0)]


def test_the_cycle_keeps_its_length_and_its_place() -> None:
    made = junction_from_sumo("two", TWO_STAGES, frozenset({5}), begins_at_s=100.0)
    (programme,) = made.junction.programmes
    assert [slot.seconds for slot in programme.slots] == [5.0 + 30.0, 9.0 + 20.0]
    assert programme.cycle_s == 64.0
    assert programme.offset_s == (100.0 - 5.0) % 64.0, "the change to the first stage begins before SUMO's first phase"


def test_a_slot_without_room_for_pedestrians_grows() -> None:
    phases = [SumoPhase("Gr", 40.0), SumoPhase("yr", 3.0), SumoPhase("rG", 5.0), SumoPhase("rr", 5.0)]
    (programme,) = junction_from_sumo("crossing", phases, frozenset({1})).junction.programmes
    assert [slot.seconds for slot in programme.slots] == [45.0, 4.0 + 8.0]


@pytest.mark.parametrize("phases", [[SumoPhase("GG", 80.0), SumoPhase("yy", 3.0), SumoPhase("rr", 5.0)], [SumoPhase("rr", 9.0)]])
def test_one_stage_is_nothing_to_control(phases: list[SumoPhase]) -> None:
    with pytest.raises(JunctionError, match="needs two"):
        junction_from_sumo("tram", phases, frozenset())
