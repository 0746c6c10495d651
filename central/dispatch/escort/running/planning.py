"""From where the engines are to what the junctions are asked this second: each engine's plan, and all of them together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from central.dispatch.controllers.model import JunctionModel
from central.dispatch.controllers.request import PriorityClass, RequestState
from central.dispatch.controllers.state import Control
from central.dispatch.escort.running.track import Track
from central.dispatch.plan.picture import Engine, Junction, Picture
from central.dispatch.plan.settings import Settings
from central.dispatch.plan.several import agree
from central.dispatch.plan.wave import NOBODY, Memory, replan
from central.dispatch.plan.way import Way
from central.dispatch.plan.wishes import Claim, Decision


@dataclass(frozen=True, slots=True)
class Wish:
    """One task's wish at one junction for this second. The window is in seconds from now."""

    task_id: str
    priority: PriorityClass
    junction: str
    stage: int
    earliest_s: float
    latest_s: float


@dataclass(frozen=True, slots=True)
class Moment:
    """An engine on its way; `junctions`: what they show and have answered it."""

    task_id: str
    priority: PriorityClass
    track: Track
    engine: Engine
    junctions: Mapping[str, Junction]


@dataclass(frozen=True, slots=True)
class Planned:
    """Wishes for the junctions, and every decision by task, for screens."""

    wishes: tuple[Wish, ...] = ()
    decisions: Mapping[str, tuple[Decision, ...]] | None = None


class Planner(Protocol):
    """Decides each second anew about all engines."""

    def plan(self, moments: Sequence[Moment], models: Mapping[str, JunctionModel], now_s: float) -> Planned:
        """At most one stage a junction; an engine that is not among the moments is forgotten."""


class GreenWave:
    """The plan of `central.dispatch.plan`, with what it has to remember. Queues are not seen here yet; see docs/dispatch.md."""

    def __init__(self, lost_s: float) -> None:
        self._settings = replace(Settings(), lost_position_s=lost_s)
        self._memory: dict[str, Memory] = {}
        self._ways: dict[str, tuple[Track, int, Way]] = {}

    def plan(self, moments: Sequence[Moment], models: Mapping[str, JunctionModel], now_s: float) -> Planned:
        """At most one stage a junction; an engine that is not among the moments is forgotten."""
        here = {moment.task_id for moment in moments}
        self._memory = {task: memory for task, memory in self._memory.items() if task in here}
        self._ways = {task: known for task, known in self._ways.items() if task in here}
        claims = agree([self._claim(moment, models, now_s) for moment in moments])
        wishes = [
            Wish(claim.task, claim.priority, decision.junction, decision.stage, decision.earliest_s, decision.latest_s)
            for claim in claims
            for decision in claim.decisions
            if decision.stage is not None
        ]
        return Planned(tuple(wishes), {claim.task: claim.decisions for claim in claims})

    def _claim(self, moment: Moment, models: Mapping[str, JunctionModel], now_s: float) -> Claim:
        way = self._way(moment, models)
        picture = Picture(now_s, moment.engine, (), {name: _certain(one) for name, one in moment.junctions.items()})
        plan = replan(way, picture, self._memory.get(moment.task_id, NOBODY), self._settings)
        self._memory[moment.task_id] = plan.memory
        return Claim(moment.task_id, moment.priority, plan.decisions)

    def _way(self, moment: Moment, models: Mapping[str, JunctionModel]) -> Way:
        """Made anew when the track changes or another junction has been described."""
        known = self._ways.get(moment.task_id)
        if known is None or known[0] is not moment.track or known[1] != len(models):
            if known is not None and known[0] is not moment.track:
                self._memory.pop(moment.task_id, None)  # its stop lines have other numbers now
            known = self._ways[moment.task_id] = (moment.track, len(models), moment.track.plan_way(models))
        return known[2]


def _certain(junction: Junction) -> Junction:
    """What can be counted on. A refusal is not for good: the asking itself waits before it asks once more. And a programme that
    does not tell when its green ends may end it in this moment: then the plan reckons with the longest change."""
    answer = None if junction.answer is RequestState.REJECTED else junction.answer
    state = junction.state
    if state is not None and state.control is not Control.OURS and state.remaining_s is None:
        state = None
    return replace(junction, state=state, answer=answer)
