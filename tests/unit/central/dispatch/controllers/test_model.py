"""A junction that contradicts itself is refused with the place that is wrong."""

import pytest

from central.dispatch.controllers.errors import UnsafeJunction
from central.dispatch.controllers.lamp_watch import LampWatch
from central.dispatch.controllers.model import GroupKind, JunctionModel, LampGroup, Stage
from central.dispatch.controllers.state import Control, Lamp, SignalState
from tests.unit.central.dispatch.controllers.junction import model


@pytest.mark.parametrize(
    ("groups", "stages", "conflicts", "text"),
    [
        ([LampGroup(1)], [Stage(1, frozenset({1, 7}))], [], "stage 1 names groups that do not exist: [7]"),
        ([LampGroup(1), LampGroup(2)], [Stage(3, frozenset({1, 2}))], [(1, 2)], "stage 3 shows green to groups 1 and 2"),
        ([LampGroup(1, yellow_s=2.0)], [], [], "group 1 has 2.0 s of yellow, less than 3.0"),
    ],
)
def test_contradictions_are_named(
    groups: list[LampGroup], stages: list[Stage], conflicts: list[tuple[int, int]], text: str
) -> None:
    with pytest.raises(UnsafeJunction) as caught:
        JunctionModel.of("north-gate", groups, stages, conflicts)
    assert text in str(caught.value)
    assert "north-gate" in str(caught.value)


def test_pedestrians_need_no_yellow() -> None:
    JunctionModel.of("zebra", [LampGroup(1, GroupKind.PEDESTRIAN, yellow_s=0.0)], [Stage(1, frozenset({1}))], [])


def test_the_longest_change_covers_a_change_a_minimum_and_a_change() -> None:
    assert model().longest_change_s == 7.0 + 2 * (3.0 + 1.0)


def reading(at_s: float, control: Control = Control.PROGRAMME, **lamps: Lamp) -> SignalState:
    shown = {1: Lamp.RED, 2: Lamp.RED, 3: Lamp.RED, 4: Lamp.RED} | {int(name[1:]): lamp for name, lamp in lamps.items()}
    return SignalState(shown, control, at_s)


G, Y, R = Lamp.GREEN, Lamp.YELLOW, Lamp.RED


@pytest.mark.parametrize(
    ("readings", "seen"),
    [
        ([reading(0, g1=G, g3=G)], "conflicting_green:1+3"),
        ([reading(0, Control.SPECIAL, g1=G, g3=G)], "conflicting_green:1+3"),
        ([reading(0, g1=G, g2=G)], ""),
        ([reading(0), reading(1, g1=G), reading(5, g1=Y)], "short_green:1"),
        ([reading(0), reading(1, g1=G), reading(7.5, g1=Y)], ""),  # may have been green from just after 0
        ([reading(0, g1=G), reading(1, g1=Y), reading(2, g1=R)], "short_yellow:1"),
        ([reading(0, g1=G), reading(1, g1=Y), reading(3.5, g1=R)], ""),  # may have been yellow from just after 0
        ([reading(0, g1=G), reading(1, g1=R)], "short_yellow:1"),
        ([reading(0, g1=G), reading(1, g1=Lamp.UNKNOWN), reading(2, g1=R)], ""),
        ([reading(0, g1=G), reading(1, Control.SPECIAL, g1=Lamp.YELLOW_FLASH), reading(2, g1=R)], ""),
        ([reading(0, g4=G), reading(20, g4=R)], ""),  # pedestrians have no yellow
    ],
)
def test_the_watch_reports_what_was_certainly_unsafe(readings: list[SignalState], seen: str) -> None:
    watch = LampWatch(model())
    found = [watch.read(state) for state in readings]
    assert found[-1] == seen
    assert not any(found[:-1])
