"""The green wave of one engine: every second anew, which stop lines are asked for and which have to wait.

A line is asked for when the engine is as near as its lead: what is left of other greens, their ending, the queue before it and a
margin. The queue counts what will flow in from the links before, so a link is emptied before it is filled. A hold ends when the
engine has passed, when the green lets nobody go because the link ahead is full, and when it has lasted so long that the others
come first; a saturated network is thereby never locked by us.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from central.dispatch.controllers.request import RequestState
from central.dispatch.plan.arrival import Approach, approaches
from central.dispatch.plan.others import Reds, Turns, next_turn, seen, turns_s, worst_red_s
from central.dispatch.plan.picture import Junction, Picture, Traffic
from central.dispatch.plan.settings import Settings
from central.dispatch.plan.stages import is_shown
from central.dispatch.plan.way import Way
from central.dispatch.plan.wishes import Decision, Reason


@dataclass(frozen=True, slots=True)
class Hold:
    """A stop line that is asked for: the stage, since when it is green, since when its green has led nowhere."""

    stage: int
    green_s: float | None = None
    blocked_s: float | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered: holds by stop line, junctions whose others come first, and since when groups are red."""

    holds: Mapping[int, Hold] = field(default_factory=dict)
    turns: Mapping[str, Turns] = field(default_factory=dict)
    reds: Reds = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """Decisions for every stop line ahead, nearest first, and the memory for the next call."""

    decisions: tuple[Decision, ...]
    memory: Memory


NOBODY = Memory()


def replan(way: Way, picture: Picture, memory: Memory = NOBODY, settings: Settings | None = None) -> Plan:
    """The plan for this second. Never more than one stage is asked for at a junction."""
    settings = settings or Settings()
    if picture.engine.age_s > settings.lost_position_s:
        return Plan(tuple(_no(a, Reason.POSITION_LOST) for a in approaches(way, picture, settings)), NOBODY)
    judge = _Judge(way, picture, memory, settings)
    taken: dict[str, Decision] = {}
    decisions = []
    for approach in approaches(way, picture, settings):
        first = taken.get(approach.line.junction)
        if first is not None and first.reason is Reason.OTHERS_FIRST:
            decisions.append(_no(approach, Reason.SAME_JUNCTION_BEFORE))
            continue
        decision = judge.decide(approach)
        if decision.asks and first is not None and first.stage != decision.stage:
            decision = _no(approach, Reason.SAME_JUNCTION_BEFORE)
        elif decision.asks:
            taken[approach.line.junction] = decision
        decisions.append(decision)
    return Plan(tuple(decisions), judge.memory(decisions))


def _no(approach: Approach, reason: Reason) -> Decision:
    return Decision(approach.number, approach.line.junction, None, reason, approach.earliest_s, approach.latest_s)


class _Judge:
    """Decides about one stop line after the other."""

    def __init__(self, way: Way, picture: Picture, memory: Memory, settings: Settings) -> None:
        self._way, self._picture, self._memory, self._settings = way, picture, memory, settings
        self._reds = seen(memory.reds, picture.junctions, picture.now_s)
        self._turns = dict(memory.turns)

    def decide(self, approach: Approach) -> Decision:
        """What to do about this stop line."""
        if approach.stage is None:
            return _no(approach, Reason.NO_STAGE)
        junction = self._picture.junctions.get(approach.line.junction, Junction())
        if junction.answer is RequestState.REJECTED:
            return _no(approach, Reason.REFUSED)
        if approach.line.junction in self._turns:
            others = self._others(approach, approach.stage)
            if others is not None:
                return others
        hold = self._memory.holds.get(approach.number)
        return self._begin(approach, approach.stage) if hold is None else self._go_on(approach, hold)

    def memory(self, decisions: list[Decision]) -> Memory:
        """What to remember of these decisions."""
        holds = {}
        for decision in decisions:
            if decision.stage is not None and decision.reason is not Reason.OTHERS_FIRST:
                hold = self._memory.holds.get(decision.number)
                if hold is None or hold.stage != decision.stage:
                    hold = Hold(decision.stage)
                holds[decision.number] = self._seen(decision, hold)
        return Memory(holds, self._turns, self._reds)

    def _waits_s(self, approach: Approach, stage: int) -> float:
        """The longest red of others, were the stage held until the engine has passed and were they to come first then."""
        model, settings = self._way.models[approach.line.junction], self._settings
        until_s = max(approach.earliest_s, approach.change_s + approach.queue_s) + settings.passes_s
        reds = self._reds.get(approach.line.junction, {})
        return worst_red_s(reds, model, stage, self._picture.now_s + until_s, settings)

    def _turns_s(self, approach: Approach, stage: int) -> float:
        """What it takes to serve those who wait before the engine comes."""
        reds = self._reds.get(approach.line.junction, {})
        return turns_s(reds, self._way.models[approach.line.junction], stage, self._settings)

    def _begin(self, approach: Approach, stage: int) -> Decision:
        settings = self._settings
        lead_s = min(approach.lead_s(settings), settings.longest_lead_s)
        if approach.earliest_s > lead_s + self._turns_s(approach, stage):
            return _no(approach, Reason.NOT_YET)
        if self._waits_s(approach, stage) > settings.longest_red_s:
            return self._rest(approach, stage, Reason.OTHERS_FIRST)
        if approach.earliest_s > lead_s:
            return _no(approach, Reason.NOT_YET)
        if self._is_full(approach.number) and approach.earliest_s > approach.change_s + settings.close_s:
            return _no(approach, Reason.LINK_AHEAD_FULL)
        return self._yes(approach, Reason.QUEUE_FIRST if approach.queue_s > settings.margin_s else Reason.DUE)

    def _go_on(self, approach: Approach, hold: Hold) -> Decision:
        settings, now_s = self._settings, self._picture.now_s
        if hold.blocked_s is not None and now_s - hold.blocked_s > settings.give_up_room_s:
            return self._rest(approach, hold.stage, Reason.LINK_AHEAD_FULL)
        if self._waits_s(approach, hold.stage) > settings.longest_red_s + settings.grace_s:
            return self._rest(approach, hold.stage, Reason.OTHERS_FIRST)
        long_s = 0.0 if hold.green_s is None else now_s - hold.green_s
        if long_s > settings.longest_green_s and max(approach.earliest_s, approach.queue_s) > settings.close_s:
            return self._rest(approach, hold.stage, Reason.OTHERS_FIRST)
        return Decision(
            approach.number,
            approach.line.junction,
            hold.stage,
            Reason.HOLD_UNTIL_PASSED,
            approach.earliest_s,
            approach.latest_s,
        )

    def _rest(self, approach: Approach, stage: int, reason: Reason) -> Decision:
        """The others' turns begin."""
        self._turns[approach.line.junction] = Turns(self._picture.now_s)
        return self._others(approach, stage) or _no(approach, reason)

    def _others(self, approach: Approach, stage: int) -> Decision | None:
        """The stage of the others whose turn it is; None when each of them has had green."""
        name, settings, now_s = approach.line.junction, self._settings, self._picture.now_s
        junction = self._picture.junctions.get(name, Junction())
        model = self._way.models[name]
        reds = self._reds.get(name, {})
        turns = next_turn(self._turns[name], reds, model=model, own=stage, state=junction.state, now_s=now_s, settings=settings)
        if turns is None:
            del self._turns[name]
            return None
        self._turns[name] = turns
        return replace(self._yes(approach, Reason.OTHERS_FIRST), stage=turns.stage)

    def _yes(self, approach: Approach, reason: Reason) -> Decision:
        return Decision(approach.number, approach.line.junction, approach.stage, reason, approach.earliest_s, approach.latest_s)

    def _seen(self, decision: Decision, hold: Hold) -> Hold:
        """The hold with what the lamps and the link ahead show now."""
        junction = self._picture.junctions.get(decision.junction)
        state = None if junction is None else junction.state
        if state is None or not is_shown(hold.stage, self._way.models[decision.junction], state):
            return replace(hold, green_s=None, blocked_s=None)
        now_s = self._picture.now_s
        green_s = now_s if hold.green_s is None else hold.green_s
        if not self._is_full(decision.number):
            return replace(hold, green_s=green_s, blocked_s=None)
        return replace(hold, green_s=green_s, blocked_s=now_s if hold.blocked_s is None else hold.blocked_s)

    def _is_full(self, number: int) -> bool:
        traffic = self._picture.traffic[number] if number < len(self._picture.traffic) else Traffic()
        return traffic.room_m is not None and traffic.room_m < self._settings.least_room_m
