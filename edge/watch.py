"""The loop of a node and of a replay: source -> pipelines -> events -> sink.

Where a pool of threads looks, a camera whose picture is being looked at is busy: what else it brings waits at its source, and the
other cameras go on.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import structlog

from edge.config import CameraConfig
from edge.frames import Frame, FrameSource, Moments, SourceChange, SourceState
from edge.looks import Answer, LookPool, Steps
from edge.pipeline import CameraPipeline
from edge.results import FrameResult
from edge.stops_store import EventSink, StopsStore
from yuhang.clock import Clock
from yuhang.messages import NodeEvent, Reobserve, Verdict

PATIENCE = timedelta(seconds=5)
"""Real time without a frame after which a camera that calls itself live is ticked too, so that gaps grow without frames."""
TICK_EVERY = timedelta(seconds=1)
_STEP_S = 0.5

log = structlog.get_logger(__name__)


class ReobserveAnswer(StrEnum):
    """What becomes of a `reobserve` command."""

    ACCEPTED = "accepted"
    UNKNOWN_TRACK = "unknown track"


@dataclass(frozen=True, slots=True)
class _UnderWay:
    """A frame of which a part is being looked at."""

    frame: Frame
    steps: Steps[FrameResult]


class Watcher:
    """Feeds frames to the cameras' pipelines and their events, by way of the store of open stops, to the sink.

    `step` and `run` belong to one thread; `reobserve` may come from any. `on_result` is called for every frame. Without `looks`
    each pipeline looks for itself, on the watcher's thread.
    """

    def __init__(
        self,
        source: FrameSource,
        pipelines: Mapping[str, CameraPipeline],
        stops: StopsStore,
        sink: EventSink,
        clock: Clock,
        *,
        on_result: Callable[[Frame, FrameResult], None] | None = None,
        looks: LookPool | None = None,
    ) -> None:
        self._source = source
        self._pipelines = dict(pipelines)
        self._stops = stops
        self._sink = sink
        self._clock = clock
        self._on_result = on_result
        self._looks = looks
        self._under_way: dict[str, _UnderWay] = {}
        self._lock = threading.Lock()
        self._arrived: dict[str, datetime] = {}
        self._ticked: datetime | None = None
        self._ended: set[str] = set()
        self._lost: set[str] = set()

    @property
    def finished(self) -> bool:
        """Whether every camera has come to its end (recordings only)."""
        return len(self._ended) == len(self._pipelines)

    def recover(self) -> int:
        """Report the stops that a killed run before this one left open; returns how many."""
        return self._stops.recover(self._sink, self._clock.now())

    def run(self, stop: threading.Event, timeout_s: float = _STEP_S) -> None:
        """Work until `stop` is set or every recording has ended."""
        while not stop.is_set() and not self.finished:
            self.step(timeout_s)

    def step(self, timeout_s: float = _STEP_S) -> None:
        """Handle what comes next from the source, and what has been looked at meanwhile; at most `timeout_s` real seconds."""
        item = self._source.read(timeout_s, self._under_way.keys())
        with self._lock:
            self._tick()
            self._take_answers()
            match item:
                case Frame():
                    self._frame(item)
                case SourceChange():
                    self._change(item)
                case Moments() if item.camera in self._pipelines:
                    self._pipelines[item.camera].looked_back(item)
                case _:
                    pass

    def reobserve(self, command: Reobserve) -> ReobserveAnswer:
        """Hand a command to the camera that watches the stop."""
        with self._lock:
            known = any(pipeline.reobserve(command) for pipeline in self._pipelines.values())
        return ReobserveAnswer.ACCEPTED if known else ReobserveAnswer.UNKNOWN_TRACK

    def reconfigure(self, cameras: Sequence[CameraConfig]) -> None:
        """Let each camera watch other zones from now on. Call it on the thread of `step`."""
        with self._lock:
            while self._under_way:
                self._take_answers(_STEP_S)
            for camera in cameras:
                self._send(self._pipelines[camera.camera].reconfigure(camera))

    def verdict(self, command: Verdict) -> bool:
        """Hand a person's answer to the lift that waits for it; false if none does. Raises `StorageError`."""
        with self._lock:
            return any(pipeline.verdict(command) for pipeline in self._pipelines.values())

    def open_stops(self) -> int:
        """Stops that were reported and have not ended."""
        with self._lock:
            return sum(pipeline.open_stops for pipeline in self._pipelines.values())

    def _frame(self, frame: Frame) -> None:
        pipeline = self._pipelines.get(frame.camera)
        if pipeline is None:
            return
        self._arrived[frame.camera] = self._clock.now()
        self._lost.discard(frame.camera)
        if self._looks is None:
            self._show(frame, pipeline.process(frame))
        else:
            self._go_on(_UnderWay(frame, pipeline.analyse(frame)), self._looks)

    def _take_answers(self, timeout_s: float = 0.0) -> None:
        if self._looks is None:
            return
        for answer in self._looks.answers(timeout_s):
            self._go_on(self._under_way.pop(answer.camera), self._looks, answer)

    def _go_on(self, under_way: _UnderWay, looks: LookPool, answer: Answer | None = None) -> None:
        """Work on a frame up to its next look, or to its end."""
        camera, steps = under_way.frame.camera, under_way.steps
        try:
            if answer is None:
                order = next(steps)
            elif isinstance(answer.outcome, Exception):
                order = steps.throw(answer.outcome)
            else:
                order = steps.send(answer.outcome)
        except StopIteration as end:
            self._show(under_way.frame, end.value)
        else:
            self._under_way[camera] = under_way
            looks.order(camera, order)

    def _show(self, frame: Frame, result: FrameResult) -> None:
        self._send(result.events)
        if self._on_result is not None:
            self._on_result(frame, result)
        frame.image.forget()  # every camera's last picture is kept until its next one

    def _change(self, change: SourceChange) -> None:
        log.info("source changed", camera=change.camera, state=change.state.value, detail=change.detail)
        pipeline = self._pipelines.get(change.camera)
        if pipeline is None:
            return
        self._send(pipeline.source_changed(change))
        if change.state is SourceState.ENDED:
            self._ended.add(change.camera)
            self._arrived.pop(change.camera, None)
        elif change.state is SourceState.LOST:
            self._lost.add(change.camera)

    def _tick(self) -> None:
        now = self._clock.now()
        if self._ticked is not None and timedelta(0) <= now - self._ticked < TICK_EVERY:
            return
        self._ticked = now
        for camera, arrived in self._arrived.items():
            if camera in self._under_way:
                continue
            silent = now - arrived
            if camera in self._lost or silent >= PATIENCE * self._clock.speed:
                self._send(self._pipelines[camera].tick(silent.total_seconds()))

    def _send(self, events: tuple[NodeEvent, ...]) -> None:
        for event in events:
            log.info("event", type=event.type, id=event.id, time=event.time.isoformat(), subject=event.subject)
            self._stops.put_through(event, self._sink)
