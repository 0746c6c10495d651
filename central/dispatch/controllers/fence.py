"""The second fence: whether a stage may be asked for right now, whatever the controller itself would do with it."""

from central.dispatch.controllers.lamp_watch import LampWatch
from central.dispatch.controllers.model import JunctionModel
from central.dispatch.controllers.state import Lamp, SignalState

STALE_S = 3.0  # a reading older than this says nothing about now


def why_not(model: JunctionModel, watch: LampWatch, state: SignalState, stage_number: int, now_s: float) -> str:
    """Why this stage may not be asked for now (`wait_...`: not yet), or nothing.

    In a change nobody knows which green comes next and whether it would get its minimum, unless the controller keeps it.
    Groups that would lose their green must have had their minimum of it; how the controller then ends it (pedestrian clearance,
    yellow, all-red) is its own business, and the watch sees whether it does.
    """
    stage = model.stages.get(stage_number)
    if stage is None:
        return "unknown_stage"
    leaving = state.green - stage.green
    checks = (
        (model.conflicting(stage.green) is not None, "conflicting_stage"),
        (not state.control.may_be_asked, f"overridden_{state.control}"),
        (bool(state.faults), "fault"),
        (not 0 <= state.age_s(now_s) <= STALE_S, "wait_reading"),
        (not model.keeps_minimum_green and _changing(state), "wait_change"),
        (any(_minimum_left_s(model, watch, state, number, now_s) > 0 for number in leaving), "wait_minimum_green"),
    )
    return next((reason for applies, reason in checks if applies), "")


def _changing(state: SignalState) -> bool:
    lamps = state.lamps.values()
    return not state.green or any(lamp in (Lamp.YELLOW, Lamp.RED_YELLOW) for lamp in lamps)


def _minimum_left_s(model: JunctionModel, watch: LampWatch, state: SignalState, number: int, now_s: float) -> float:
    group = model.groups.get(number)
    if group is None:
        return 0.0
    seen_s = watch.green_for_s(number, now_s)
    if state.elapsed_s is not None and state.stage is not None and number in _green_of(model, state.stage):
        seen_s = max(seen_s, state.elapsed_s + state.age_s(now_s))
    return group.minimum_green_s - seen_s


def _green_of(model: JunctionModel, number: int) -> frozenset[int]:
    stage = model.stages.get(number)
    return frozenset() if stage is None else stage.green
