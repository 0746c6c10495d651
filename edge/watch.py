"""The loop of a node and of a replay: source -> pipelines -> events -> sink."""

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import structlog

from edge.config import CameraConfig
from edge.frames import Frame, FrameSource, Moments, SourceChange, SourceState
from edge.pipeline import CameraPipeline
from edge.results import FrameResult
from edge.stops_store import EventSink, StopsStore
from yuhang.clock import Clock
from yuhang.messages import NodeEvent, Reobserve, Verdict

PATIENCE = timedelta(seconds=5)
"""Real time without a frame after which a camera that calls itself live is ticked too, so that gaps grow without frames."""
TICK_EVERY = timedelta(seconds=1)

log = structlog.get_logger(__name__)


class ReobserveAnswer(StrEnum):
    """What becomes of a `reobserve` command."""

    ACCEPTED = "accepted"
    UNKNOWN_TRACK = "unknown track"


class Watcher:
    """Feeds frames to the cameras' pipelines and their events, by way of the store of open stops, to the sink.

    `step` and `run` belong to one thread; `reobserve` may come from any. `on_result` is called for every frame.
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
    ) -> None:
        self._source = source
        self._pipelines = dict(pipelines)
        self._stops = stops
        self._sink = sink
        self._clock = clock
        self._on_result = on_result
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

    def run(self, stop: threading.Event, timeout_s: float = 0.5) -> None:
        """Work until `stop` is set or every recording has ended."""
        while not stop.is_set() and not self.finished:
            self.step(timeout_s)

    def step(self, timeout_s: float = 0.5) -> FrameResult | SourceChange | Moments | None:
        """Handle what comes next from the source, or None after `timeout_s` real seconds without anything."""
        item = self._source.read(timeout_s)
        with self._lock:
            self._tick()
            if isinstance(item, Frame):
                return self._frame(item)
            if isinstance(item, SourceChange):
                self._change(item)
            if isinstance(item, Moments) and item.camera in self._pipelines:
                self._pipelines[item.camera].looked_back(item)
        return item

    def reobserve(self, command: Reobserve) -> ReobserveAnswer:
        """Hand a command to the camera that watches the stop."""
        with self._lock:
            known = any(pipeline.reobserve(command) for pipeline in self._pipelines.values())
        return ReobserveAnswer.ACCEPTED if known else ReobserveAnswer.UNKNOWN_TRACK

    def reconfigure(self, cameras: Sequence[CameraConfig]) -> None:
        """Let each camera watch other zones from now on. Call it on the thread of `step`."""
        with self._lock:
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

    def _frame(self, frame: Frame) -> FrameResult | None:
        pipeline = self._pipelines.get(frame.camera)
        if pipeline is None:
            return None
        self._arrived[frame.camera] = self._clock.now()
        self._lost.discard(frame.camera)
        result = pipeline.process(frame)
        self._send(result.events)
        if self._on_result is not None:
            self._on_result(frame, result)
        frame.image.forget()  # every camera's last picture is kept until its next one
        return result

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
            silent = now - arrived
            if camera in self._lost or silent >= PATIENCE * self._clock.speed:
                self._send(self._pipelines[camera].tick(silent.total_seconds()))

    def _send(self, events: tuple[NodeEvent, ...]) -> None:
        for event in events:
            log.info("event", type=event.type, id=event.id, time=event.time.isoformat(), subject=event.subject)
            self._stops.put_through(event, self._sink)
