"""The others: how long each lamp group has been red, and whose turn it is when they come first.

Nobody stands for ever because of an engine. Those who have waited longest are served first, each stage once and for
`fair_green_s`; then the engine's stage may be asked for again.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from central.dispatch.controllers.model import JunctionModel
from central.dispatch.controllers.state import Lamp, SignalState
from central.dispatch.plan.picture import Junction
from central.dispatch.plan.settings import Settings
from central.dispatch.plan.stages import is_shown

Reds = Mapping[str, Mapping[int, float]]
"""By junction and lamp group, since when it has been red (monotonic seconds)."""


def seen(before: Reds, junctions: Mapping[str, Junction], now_s: float) -> Reds:
    """The reds of now; a junction that cannot be read keeps what was known."""
    reds = dict(before)
    for name, junction in junctions.items():
        if junction.state is not None:
            known = before.get(name, {})
            lamps = junction.state.lamps
            reds[name] = {group: known.get(group, now_s) for group, lamp in lamps.items() if lamp in (Lamp.RED, Lamp.YELLOW)}
    return reds


def longest_s(reds: Reds, junction: str, green: frozenset[int], now_s: float) -> float:
    """Seconds for which the group that waits longest has been red, of those that a stage with `green` does not serve."""
    return max((now_s - since_s for group, since_s in reds.get(junction, {}).items() if group not in green), default=0.0)


@dataclass(frozen=True, slots=True)
class Turns:
    """The others' turns at one junction: since when, the stage that is served now, and since when it is green."""

    since_s: float
    stage: int | None = None
    green_s: float | None = None


def next_turn(
    turns: Turns,
    reds: Mapping[int, float],
    *,
    model: JunctionModel,
    own: int,
    state: SignalState | None,
    now_s: float,
    settings: Settings,
) -> Turns | None:
    """The turns a second later; None when all who waited have had green, or when it has lasted too long."""
    if now_s - turns.since_s > settings.longest_rest_s:
        return None
    if turns.stage is not None:
        shown = state is not None and is_shown(turns.stage, model, state)
        green_s = (now_s if turns.green_s is None else turns.green_s) if shown else None
        if green_s is None or now_s - green_s < settings.fair_green_s:
            return replace(turns, green_s=green_s)
    waiting = {group: since for group, since in reds.items() if since < turns.since_s and group not in model.stages[own].green}
    stage = _stage_for(waiting, model)
    return None if stage is None else Turns(turns.since_s, stage)


def turns_for(waiting: Collection[int], model: JunctionModel) -> int:
    """How many stages it takes to serve all these groups, one after the other."""
    left, turns = set(waiting), 0
    while left:
        best = max(model.stages.values(), key=lambda stage: len(stage.green & left), default=None)
        if best is None or not best.green & left:
            break
        left -= best.green
        turns += 1
    return turns


def _stage_for(waiting: Mapping[int, float], model: JunctionModel) -> int | None:
    """The stage that serves whoever has waited longest, and as many others as one can."""
    for group in sorted(waiting, key=lambda number: waiting[number]):
        fitting = [stage for stage in model.stages.values() if group in stage.green]
        if fitting:
            return max(fitting, key=lambda stage: (len(stage.green & waiting.keys()), -stage.number)).number
    return None
