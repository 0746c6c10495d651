"""The second: tasks from the database, positions from the engines, wishes to the junctions, a picture for the screens.

A task that the database no longer knows as live loses its signals here and at each junction's door, which asks `LiveTasks`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from central.database import Database
from central.dispatch.controllers.config import JunctionConfig
from central.dispatch.escort.course import Act, TaskState
from central.dispatch.escort.desk import EscortDesk
from central.dispatch.escort.roads import Roads, Way
from central.dispatch.escort.running.following import Following
from central.dispatch.escort.running.live import LiveTasks
from central.dispatch.escort.running.picture import EscortPicture, JunctionPicture, Picture, Showcase
from central.dispatch.escort.running.planning import Moment, Planned, Planner, Wish
from central.dispatch.escort.running.records import Entry, Notebook
from central.dispatch.escort.running.tender import Tender, Times
from central.dispatch.escort.running.track import Track
from central.dispatch.escort.service import course_of, position_of
from central.dispatch.network.nearby import Place
from central.dispatch.plan.picture import Engine, Junction
from central.dispatch.route.errors import NoWay
from central.dispatch.route.replan import judge
from yuhang.coordinates import Position
from yuhang.errors import StorageError
from yuhang.messages import CallKind

log = structlog.get_logger(__name__)

REPLAN_EVERY_S = 15.0


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """A task under way, as the second needs it."""

    id: str
    kind: CallKind
    engine: str
    goal: Position
    may_hold: bool


@dataclass(frozen=True, slots=True)
class Site:
    """Everything that the second works on."""

    desk: EscortDesk
    roads: Roads
    database: Database
    junctions: Mapping[str, JunctionConfig]
    """By the network's name of the signal."""
    live: LiveTasks
    notebook: Notebook
    showcase: Showcase
    times: Times


class Runner:
    """Call `second` once a second."""

    def __init__(self, site: Site, planner: Planner, tenders: Sequence[Tender]) -> None:
        self._site = site
        self._planner = planner
        self._tenders = {tender.junction: tender for tender in tenders}
        self._following: dict[str, Following] = {}
        self._planned = Planned()
        self._done: set[str] = set()

    def second(self) -> None:
        """Everything once. Without the database nobody is live any more, and the junctions fall back by themselves."""
        try:
            tasks = self._read()
        except StorageError:
            log.warning("escorts_not_read")
            return
        self._site.live.say(task.id for task in tasks if task.may_hold)
        for task_id in self._following.keys() - {task.id for task in tasks}:
            del self._following[task_id]
        wishes: defaultdict[str, list[Wish]] = defaultdict(list)
        moments = [moment for task in tasks if (moment := self._follow(task)) is not None]
        models = {name: tender.model for name, tender in self._tenders.items() if tender.model is not None}
        self._planned = self._planner.plan(moments, models, self._site.times.now_s())
        for wish in self._planned.wishes:
            wishes[wish.junction].append(wish)
        for tender in self._tenders.values():
            tender.wish(tuple(wishes.get(tender.junction, ())))
        self._site.showcase.show(self._picture())

    def _read(self) -> list[TaskFacts]:
        with self._site.database.reader() as session:
            rows = self._site.desk.escorts.live(session)
            self._done &= {row.id for row in rows}
            return [
                TaskFacts(row.id, CallKind(row.kind), row.engine, goal, course_of(row).may_hold_signals)
                for row in rows
                if row.state == TaskState.UNDER_WAY.value and row.id not in self._done and (goal := position_of(row)) is not None
            ]

    def _follow(self, task: TaskFacts) -> Moment | None:
        following = self._following.get(task.id)
        if following is None or following.engine != task.engine:
            following = self._begin(task)
        if following is None:
            return None
        was_heard, now_s = following.heard, self._site.times.now_s()
        passed = following.hear(self._site.desk.positions.last(task.engine), self._site.roads, now_s)
        for junction in passed:
            self._note(task.id, "passed", "", junction=junction, after_s=round(following.passed_s[junction], 1))
        if was_heard != following.heard:
            self._note(task.id, "position_found" if following.heard else "position_lost")
        if following.is_there:
            self._arrive(task.id)
            return None
        self._stay_right(task, following, now_s)
        if not (task.may_hold and following.heard):
            return None
        return self._moment(task, following)

    def _begin(self, task: TaskFacts) -> Following | None:
        now_s, config = self._site.times.now_s(), self._site.desk.escorts.config
        last = self._site.desk.positions.last(task.engine)
        if last is None or last.age_s(now_s) > config.lost_s:
            return None
        way = self._way(self._site.roads.place(last.position, last.heading_deg), task.goal)
        if way is None:
            return None
        track = self._track(way)
        following = Following(task.engine, track, now_s, config.lost_s, now_s)
        self._following[task.id] = following
        planned = {light.line.junction: round(light.planned_s, 1) for light in track.lights}
        self._note(
            task.id,
            "planned",
            "",
            engine=task.engine,
            planned_s=round(way.route.seconds, 1),
            unaided_s=round(way.unaided_s, 1),
            length_m=round(track.length_m),
            junctions=planned,
        )
        return following

    def _stay_right(self, task: TaskFacts, following: Following, now_s: float) -> None:
        """Another way where the engine has left its own, or where another one pays."""
        if following.has_left:
            way = self._way(following.beside, task.goal)
            if way is not None:
                following.take(self._track(way), now_s)
                self._note(task.id, "rerouted", "left_way", seconds=round(way.route.seconds, 1))
            return
        if now_s - following.changed_s < REPLAN_EVERY_S or not self._refusing():
            return
        last = self._site.desk.positions.last(task.engine)
        start = None if last is None else self._site.roads.place(last.position, last.heading_deg)
        way = self._way(start, task.goal, self._refusing())
        if way is None:
            return
        left_s = following.track.way.route.seconds - following.track.seconds_to(following.at_m)
        left_edges = following.track.way.route.edges
        verdict = judge(left_s, way.route.seconds, now_s - following.changed_s, same=set(way.route.edges) <= set(left_edges))
        if verdict.changes:
            following.take(self._track(way), now_s)
            self._note(task.id, "rerouted", verdict.value, seconds=round(way.route.seconds, 1))

    def _arrive(self, task_id: str) -> None:
        self._done.add(task_id)
        self._following.pop(task_id, None)
        self._site.live.take_out(task_id)
        self._site.notebook.put(Entry(task_id, "arrive", "position", act=Act.ARRIVE))

    def _way(self, start: Place | None, goal: Position, refusing: frozenset[int] = frozenset()) -> Way | None:
        end = self._site.roads.place(goal)
        if start is None or end is None:
            return None
        try:
            return self._site.roads.way(start, end, refusing)
        except NoWay:
            return None

    def _track(self, way: Way) -> Track:
        return Track(self._site.roads.network, way, self._site.junctions)

    def _refusing(self) -> frozenset[int]:
        """Signals of the network whose junctions cannot be had now."""
        bad = {name for name, tender in self._tenders.items() if tender.away or tender.asking.refusals()}
        numbers = {signal.id: number for number, signal in enumerate(self._site.roads.network.signals)}
        return frozenset(
            numbers[name] for name, junction in self._site.junctions.items() if junction.id in bad and name in numbers
        )

    def _moment(self, task: TaskFacts, following: Following) -> Moment:
        priority = self._site.desk.escorts.config.rank(task.kind)
        engine = Engine(following.at_m, following.speed_mps, following.age_s)
        return Moment(task.id, priority, following.track, engine, self._junctions(task.id))

    def _junctions(self, task_id: str) -> dict[str, Junction]:
        found = {}
        for name, tender in self._tenders.items():
            ack = tender.asking.answers.get(task_id)
            found[name] = Junction(tender.state, ack.state if ack else None, ack.reason if ack else "")
        return found

    def _picture(self) -> Picture:
        now_s = self._site.times.now_s()
        escorts = {
            task_id: EscortPicture(
                task_id=task_id,
                engine=one.engine,
                track=one.track,
                began_s=one.began_s,
                now_s=now_s,
                at_m=one.at_m,
                speed_mps=one.speed_mps,
                age_s=one.age_s,
                heard=one.heard,
                position=None if (last := self._site.desk.positions.last(one.engine)) is None else last.position,
                passed_s=dict(one.passed_s),
                decisions=(self._planned.decisions or {}).get(task_id, ()),
                trail=tuple(one.trail),
            )
            for task_id, one in self._following.items()
        }
        junctions = tuple(
            JunctionPicture(
                junction=config.id,
                signal=name,
                state=tender.state,
                answers=dict(tender.asking.answers),
                stages={task_id: request.stage for task_id, request in tender.asking.held.items()},
                away=tender.away,
                dry_run=config.dry_run,
            )
            for name, config in self._site.junctions.items()
            if (tender := self._tenders.get(config.id)) is not None
        )
        return Picture(self._site.times.clock.now(), escorts, junctions)

    def _note(self, task_id: str, what: str, reason: str = "", **data: object) -> None:
        self._site.notebook.put(Entry(task_id, what, reason, data))
