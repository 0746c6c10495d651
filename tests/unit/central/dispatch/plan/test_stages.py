"""Which stage is asked for."""

from central.dispatch.controllers.model import JunctionModel, LampGroup, Stage
from central.dispatch.plan.stages import serving
from central.dispatch.plan.way import StopLine

STRAIGHT, LEFT, OPPOSITE, ONWARD = 1, 2, 3, 4


def model(*stages: set[int]) -> JunctionModel:
    groups = [LampGroup(number) for number in (STRAIGHT, LEFT, OPPOSITE, ONWARD)]
    return JunctionModel.of("J", groups, [Stage(n, frozenset(green)) for n, green in enumerate(stages, start=1)], [])


def line(movement: int, *lane: int, yields_in: frozenset[int] = frozenset()) -> StopLine:
    return StopLine("J", 100.0, 120.0, frozenset({movement}), frozenset({movement, *lane}), yields_in)


def test_whoever_stands_before_the_engine_on_its_lane_is_freed_too() -> None:
    assert serving(line(LEFT, STRAIGHT), model({LEFT}, {LEFT, STRAIGHT}, {OPPOSITE})) == 2


def test_a_stage_without_giving_way_is_better() -> None:
    assert serving(line(LEFT, yields_in=frozenset({1})), model({LEFT, OPPOSITE}, {LEFT})) == 2


def test_the_stage_that_serves_the_next_line_of_the_junction_too_is_better() -> None:
    assert serving(line(STRAIGHT), model({STRAIGHT}, {STRAIGHT, ONWARD}), also=line(ONWARD)) == 2


def test_among_equals_the_one_that_is_shown_stays() -> None:
    assert serving(line(STRAIGHT), model({STRAIGHT, LEFT}, {STRAIGHT, OPPOSITE}), shown=2) == 2


def test_where_no_stage_serves_nothing_is_asked_for() -> None:
    assert serving(line(STRAIGHT), model({LEFT}, {OPPOSITE})) is None
