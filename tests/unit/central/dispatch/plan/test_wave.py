"""The green wave of one engine, second by second, with the right moment worked out by hand."""

from dataclasses import replace

import pytest

from central.dispatch.controllers.request import RequestState
from central.dispatch.plan.picture import Traffic
from central.dispatch.plan.settings import Settings
from central.dispatch.plan.wave import NOBODY, Memory, replan
from central.dispatch.plan.wishes import Reason
from tests.unit.central.dispatch.plan.street import FREE_MPS, picture, showing, street

SETTINGS = Settings(margin_s=4.0, band_share=0.0)
CHANGE_S = 6.0  # the walkers' clearance of 5 s and 1 s of red, longer than the cross street's yellow and red


def first_call_s(traffic: Traffic, before_s: float) -> float:
    """Seconds before the stop line at which the plan asks, for an engine that comes from `before_s` away at its free speed."""
    way = street(before_s * FREE_MPS)
    memory: Memory = NOBODY
    for second in range(int(before_s)):
        plan = replan(way, picture(way, second * FREE_MPS, traffic, now_s=float(second)), memory, SETTINGS)
        memory = plan.memory
        if plan.decisions[0].asks:
            return before_s - second
    return 0.0


def test_an_empty_road_is_asked_for_one_change_and_the_margin_before() -> None:
    assert first_call_s(Traffic(room_m=100.0), 60.0) == CHANGE_S + 4.0


def test_a_queue_is_given_the_green_that_it_needs_to_be_gone() -> None:
    queue = Traffic(vehicles=8.0, standing=8.0, room_m=100.0)

    assert first_call_s(queue, 60.0) == CHANGE_S + 4.0 + 2.0 + 8 * 2.0


def test_nobody_is_asked_earlier_than_the_longest_lead() -> None:
    assert first_call_s(Traffic(vehicles=80.0, standing=80.0, room_m=100.0), 150.0) == SETTINGS.longest_lead_s


def test_the_next_link_is_emptied_before_the_one_that_fills_it() -> None:
    way = street(600.0, 900.0)
    traffic = (Traffic(6.0, 6.0, 100.0), Traffic(6.0, 6.0, 100.0))
    asked = {}
    memory = NOBODY
    for second in range(40):
        plan = replan(way, picture(way, second * FREE_MPS, *traffic, now_s=float(second)), memory, SETTINGS)
        memory = plan.memory
        for decision in plan.decisions:
            if decision.asks:
                asked.setdefault(decision.number, decision.earliest_s)

    assert asked[1] > asked[0]


def test_the_junction_is_given_back_when_the_engine_has_passed() -> None:
    way = street(300.0)
    plan = replan(way, picture(way, 290.0), NOBODY, SETTINGS)
    assert [decision.asks for decision in plan.decisions] == [True]

    passed = replan(way, picture(way, 301.0, now_s=1.0), plan.memory, SETTINGS)

    assert passed.decisions == ()
    assert not passed.memory.holds


def test_a_green_before_a_full_link_is_given_up_and_the_others_come_first() -> None:
    way = street(600.0)
    full = Traffic(20.0, 20.0, room_m=3.0)
    free = replace(full, room_m=100.0)
    memory = replan(way, picture(way, 0.0, free, stage=1), NOBODY, SETTINGS).memory
    reasons = []
    for second in range(1, 12):
        plan = replan(way, picture(way, 0.0, full, now_s=float(second), stage=1), memory, SETTINGS)
        memory = plan.memory
        reasons.append(plan.decisions[0].reason)

    assert reasons[0] is Reason.HOLD_UNTIL_PASSED
    assert reasons[-1] is Reason.OTHERS_FIRST
    assert plan.decisions[0].stage == 2


def test_a_hold_does_not_outlast_what_the_others_can_bear() -> None:
    way = street(600.0)
    stuck = Traffic(20.0, 20.0, room_m=100.0)
    memory, asked_s = NOBODY, 0
    for second in range(200):
        plan = replan(way, picture(way, 0.0, stuck, now_s=float(second), stage=1), memory, SETTINGS)
        memory = plan.memory
        asked_s = asked_s + 1 if plan.decisions[0].stage == 1 else 0
        assert asked_s <= SETTINGS.longest_green_s + 2


def test_a_lost_position_gives_everything_back() -> None:
    way = street(300.0)
    held = replan(way, picture(way, 250.0), NOBODY, SETTINGS)

    lost = replan(way, picture(way, 250.0, now_s=11.0, age_s=11.0), held.memory, SETTINGS)

    assert [(d.asks, d.reason) for d in lost.decisions] == [(False, Reason.POSITION_LOST)]
    assert not lost.memory.holds


def test_a_junction_that_refuses_is_left_alone_and_the_next_is_asked_all_the_same() -> None:
    way = street(100.0, 200.0)
    seen = picture(way, 50.0)
    refused = replace(seen.junctions["J0"], answer=RequestState.REJECTED, reason="overridden_manual")

    plan = replan(way, replace(seen, junctions={**seen.junctions, "J0": refused}), NOBODY, SETTINGS)

    assert [(d.junction, d.asks) for d in plan.decisions] == [("J0", False), ("J1", True)]
    assert plan.decisions[0].reason is Reason.REFUSED


def test_a_silent_junction_is_asked_as_early_as_its_longest_change() -> None:
    way = street(600.0)
    seen = replace(picture(way, 0.0), junctions={})
    longest_s = way.models["J0"].longest_change_s
    assert longest_s == 20.0  # two changes of 6 s and a minimum green of 8 s

    near = replan(way, replace(seen, engine=replace(seen.engine, at_m=600.0 - FREE_MPS * 23)), NOBODY, SETTINGS)
    far = replan(way, replace(seen, engine=replace(seen.engine, at_m=600.0 - FREE_MPS * 25)), NOBODY, SETTINGS)

    assert near.decisions[0].asks
    assert not far.decisions[0].asks


@pytest.mark.parametrize("elapsed_s", [0.0, 3.0, 20.0])
def test_what_is_left_of_the_walkers_minimum_green_is_waited_for(elapsed_s: float) -> None:
    way = street(600.0)
    left_s = max(0.0, 8.0 - elapsed_s)
    lead_s = left_s + CHANGE_S + 4.0
    for before_s, due in ((lead_s - 0.5, True), (lead_s + 0.5, False)):
        seen = replace(picture(way, 600.0 - FREE_MPS * before_s), junctions={"J0": showing(2, elapsed_s)})
        assert replan(way, seen, NOBODY, SETTINGS).decisions[0].asks is due
