"""The loop: frames to pipelines, events to the sink, silence to ticks, commands from any thread."""

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from edge.frames import Clip, Frame, SourceChange, SourceState
from edge.results import FrameResult
from edge.stops_store import StopsStore
from edge.watch import ReobserveAnswer, Watcher
from tests.unit.edge.drawn_street import PLACE, DrawnStreet
from tests.unit.edge.street import at
from yuhang.clock import ManualClock
from yuhang.messages import NodeEvent, Reobserve

COMMAND = Reobserve(id="01ARZ3NDEKTSV4RRFFQ69G5FAV", expires_at=at(999), track="01ARZ3NDEKTSV4RRFFQ69G5FAW", due_at=at(30))


@dataclass(slots=True)
class Script:
    """A source that hands over what it was given, and then nothing."""

    items: deque[Frame | SourceChange] = field(default_factory=deque)

    def read(self, timeout_s: float, busy: Collection[str] = ()) -> Frame | SourceChange | None:
        del timeout_s, busy
        return self.items.popleft() if self.items else None

    def clip(self, camera: str, start: datetime, end: datetime) -> Clip | None:
        del camera, start, end
        return None

    def close(self) -> None: ...


@dataclass(slots=True)
class Sink:
    events: list[NodeEvent] = field(default_factory=list)

    def put(self, event: NodeEvent, /) -> NodeEvent:
        self.events.append(event)
        return event

    @property
    def types(self) -> list[str]:
        return [event.type.removesuffix(".v1") for event in self.events]


@dataclass(slots=True)
class Node:
    street: DrawnStreet
    source: Script = field(default_factory=Script)
    sink: Sink = field(default_factory=Sink)
    clock: ManualClock = field(default_factory=lambda: ManualClock(at(0)))
    results: list[FrameResult] = field(default_factory=list)
    watcher: Watcher = field(init=False)

    def __post_init__(self) -> None:
        self.watcher = Watcher(
            self.source,
            {"c": self.street.pipeline},
            StopsStore(None),
            self.sink,
            self.clock,
            on_result=lambda _, result: self.results.append(result),
        )

    def watch(self, start: float, end: float, step: float = 0.5) -> None:
        for number in range(int((end - start) / step + 1e-9) + 1):
            time_s = start + number * step
            self.clock.current = at(time_s) + timedelta(seconds=0.1)
            self.source.items.append(self.street.frame(time_s, PLACE))
            self.watcher.step(0)

    def idle(self, seconds: int) -> None:
        for _ in range(seconds):
            self.clock.advance(1)
            self.watcher.step(0)


@pytest.fixture
def node(tmp_path: Path) -> Node:
    return Node(DrawnStreet(tmp_path))


def test_frames_become_events_and_results(node: Node) -> None:
    node.watch(0, 21)
    assert node.sink.types == ["parking.stopped"]
    assert len(node.results) == 43
    last = node.results[-1]
    assert last.vehicles[0].track == node.sink.events[0].data.track
    assert set(last.timings_ms) >= {"condition", "motion", "watch", "plates", "report"}
    assert last.live_view().camera == "c"


def test_a_camera_that_is_lost_is_ticked_by_the_nodes_clock(node: Node) -> None:
    node.watch(0, 21)
    node.source.items.append(SourceChange("c", SourceState.LOST, at(21.2)))
    node.idle(9)
    assert node.sink.types == ["parking.stopped", "camera.changed"]
    node.idle(3)
    assert node.sink.types[2:] == ["parking.unobserved"]
    assert node.watcher.open_stops() == 0


def test_a_camera_that_calls_itself_live_and_sends_nothing_is_ticked_too(node: Node) -> None:
    node.watch(0, 21)
    node.idle(12)
    assert node.sink.types == ["parking.stopped", "parking.unobserved"]


def test_on_a_fast_clock_a_busy_node_is_no_silent_camera(node: Node) -> None:
    """At 15 times the speed half a real second is 7.5 s: only real silence may void what was watched."""
    node.watch(0, 21)
    node.clock.speed = 15
    node.idle(60)
    assert node.sink.types == ["parking.stopped"]


def test_reobserve_finds_its_stop_or_says_that_there_is_none(node: Node) -> None:
    assert node.watcher.reobserve(COMMAND) is ReobserveAnswer.UNKNOWN_TRACK
    node.watch(0, 21)
    command = COMMAND.model_copy(update={"track": node.sink.events[0].data.track})
    assert node.watcher.reobserve(command) is ReobserveAnswer.ACCEPTED
    node.watch(21.5, 31)
    assert node.sink.events[-1].data.reobserve == command.id


def test_the_end_of_all_recordings_is_the_end(node: Node) -> None:
    node.watch(0, 5)
    assert not node.watcher.finished
    node.source.items.append(SourceChange("c", SourceState.ENDED, at(5)))
    node.watcher.step(0)
    assert node.watcher.finished
