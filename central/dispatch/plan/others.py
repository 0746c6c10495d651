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


def worst_red_s(reds: Mapping[int, float], model: JunctionModel, own: int, begin_s: float, settings: Settings) -> float:
    """The longest red of any group when its turn comes, if all turns begin at `begin_s`; 0 with nobody waiting."""
    turns = _turns_to_come(reds, model, own, settings)
    return max((begin_s + turn.green_s - reds[group] for turn in turns for group in turn.groups), default=0.0)


def turns_s(reds: Mapping[int, float], model: JunctionModel, own: int, settings: Settings) -> float:
    """Seconds for the turns of all who wait, until the stage `own` is green again."""
    turns = _turns_to_come(reds, model, own, settings)
    return turns[-1].over_s + model.change_s(turns[-1].stage, own) + settings.react_s if turns else 0.0


@dataclass(frozen=True, slots=True)
class _Turn:
    """A turn to come: its stage, whom it serves, and in how many seconds it is green and over."""

    stage: int
    groups: Collection[int]
    green_s: float
    over_s: float


def _turns_to_come(reds: Mapping[int, float], model: JunctionModel, own: int, settings: Settings) -> list[_Turn]:
    waiting = {group: since_s for group, since_s in reds.items() if group not in model.stages[own].green}
    turns: list[_Turn] = []
    now_s, shown = 0.0, own
    while (stage := _stage_for(waiting, model)) is not None:
        green = model.stages[stage].green
        green_s = now_s + model.change_s(shown, stage) + settings.react_s
        now_s = green_s + max(settings.fair_green_s, *(model.groups[group].minimum_green_s for group in green))
        turns.append(_Turn(stage, waiting.keys() & green, green_s, now_s))
        waiting = {group: since_s for group, since_s in waiting.items() if group not in green}
        shown = stage
    return turns


def _stage_for(waiting: Mapping[int, float], model: JunctionModel) -> int | None:
    """The stage that serves whoever has waited longest, and as many others as one can."""
    for group in sorted(waiting, key=lambda number: waiting[number]):
        fitting = [stage for stage in model.stages.values() if group in stage.green]
        if fitting:
            return max(fitting, key=lambda stage: (len(stage.green & waiting.keys()), -stage.number)).number
    return None
