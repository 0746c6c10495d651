"""Others at a junction: how long each will have been red when his turn comes, worked out by hand."""

from central.dispatch.controllers.model import JunctionModel, LampGroup, Stage
from central.dispatch.plan.others import turns_s, worst_red_s
from central.dispatch.plan.picture import Traffic
from central.dispatch.plan.settings import Settings
from central.dispatch.plan.wave import NOBODY, replan
from central.dispatch.plan.wishes import Reason
from tests.unit.central.dispatch.plan.street import FREE_MPS, picture, street

SETTINGS = Settings(react_s=2.0, fair_green_s=5.0)
STREET, LEFT, CROSS_STREET = 1, 2, 3


def three_stages() -> JunctionModel:
    groups = [LampGroup(number, all_red_s=1.0) for number in (STREET, LEFT, CROSS_STREET)]
    stages = [Stage(number, frozenset({number})) for number in (STREET, LEFT, CROSS_STREET)]
    return JunctionModel.of("J", groups, stages, [(1, 2), (1, 3), (2, 3)])


def test_whoever_has_waited_longest_is_served_first_and_the_next_waits_for_his_turn_too() -> None:
    reds = {CROSS_STREET: 0.0, LEFT: 20.0}
    change_s = 3.0 + 1.0 + 2.0  # yellow, red, until it is heard

    assert worst_red_s(reds, three_stages(), STREET, 40.0, SETTINGS) == 40.0 + change_s
    assert worst_red_s({CROSS_STREET: 0.0, LEFT: 1.0}, three_stages(), STREET, 40.0, SETTINGS) == 39.0 + 2 * change_s + 5.0
    assert turns_s(reds, three_stages(), STREET, SETTINGS) == 2 * (change_s + 5.0) + change_s


def test_nobody_waits_where_all_are_served_or_no_stage_serves_them() -> None:
    assert worst_red_s({STREET: 0.0}, three_stages(), STREET, 40.0, SETTINGS) == 0.0
    assert worst_red_s({99: 0.0}, three_stages(), STREET, 40.0, SETTINGS) == 0.0
    assert turns_s({}, three_stages(), STREET, SETTINGS) == 0.0


def test_others_who_would_wait_too_long_come_first_while_the_engine_is_still_far_enough_away() -> None:
    """The cross street is red for 80 s; held for the engine it would be 112 s. It gets its turn, and the engine loses nothing."""
    way, settings = street(900.0), Settings(band_share=0.0)
    memory = NOBODY
    decisions = []
    for second in range(140):
        at_m = max(0.0, (second - 80) * FREE_MPS)
        served = bool(decisions) and decisions[-1].stage == 2
        seen = picture(way, at_m, Traffic(room_m=100.0), now_s=float(second), stage=2 if served else 1)
        plan = replan(way, seen, memory, settings)
        memory = plan.memory
        decisions.extend(plan.decisions)

    reasons = [decision.reason for decision in decisions]
    first = reasons.index(Reason.OTHERS_FIRST)
    assert decisions[first].earliest_s > settings.margin_s + 6.0  # earlier than the engine's own green has to be asked for
    assert Reason.HOLD_UNTIL_PASSED in reasons[first:]
    assert reasons[-1] is Reason.HOLD_UNTIL_PASSED
