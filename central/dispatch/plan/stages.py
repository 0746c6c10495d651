"""Which stage serves a stop line, and how long its controller needs to show it."""

from central.dispatch.controllers.model import JunctionModel
from central.dispatch.controllers.state import Lamp, SignalState
from central.dispatch.plan.way import StopLine


def serving(line: StopLine, model: JunctionModel, shown: int | None = None, also: StopLine | None = None) -> int | None:
    """The stage to ask for; none where no stage lets the engine's turn go.

    It frees the whole lane as far as one stage can (whoever waits before the engine for another movement keeps it standing), lets
    the engine go without giving way, serves the next stop line of the same junction too, and is the one shown, in this order.
    """
    fitting = [stage for stage in model.stages.values() if line.movement <= stage.green]
    if not fitting:
        fitting = [stage for stage in model.stages.values() if line.movement & stage.green]
    if not fitting:
        return None

    def merit(number: int) -> tuple[int, bool, int, bool, int]:
        green = model.stages[number].green
        freed = len(line.lane_groups & green)
        onward = len(also.movement & green) if also is not None else 0
        return freed, number not in line.yields_in, onward, number == shown, -number

    return max((stage.number for stage in fitting), key=merit)


def is_shown(stage: int, model: JunctionModel, state: SignalState) -> bool:
    """All groups of the stage are green."""
    return all(state.lamps.get(group) is Lamp.GREEN for group in model.stages[stage].green)


def change_s(stage: int, model: JunctionModel, state: SignalState | None) -> float:
    """Seconds until the stage is green if it is asked for now; what the controller does not tell is taken as the longest."""
    if state is None:
        return model.longest_change_s
    if is_shown(stage, model, state):
        return 0.0
    leaving = [model.groups[number] for number in state.green - model.stages[stage].green if number in model.groups]
    if not state.green:
        coming_s = 0.0 if state.stage == stage else max((g.minimum_green_s for g in model.groups.values()), default=0.0)
        return coming_s + max((group.ending_s for group in model.groups.values()), default=0.0)
    shown_s = 0.0 if state.elapsed_s is None else state.elapsed_s
    rest_s = max((group.minimum_green_s - shown_s for group in leaving), default=0.0)
    return max(0.0, rest_s) + max((group.ending_s for group in leaving), default=0.0)
