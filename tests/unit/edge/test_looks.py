"""Looks on threads of their own: order of urgency, errors, and a watcher whose cameras do not wait for each other."""

import threading
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from edge.frames import Clip, Frame, SourceChange
from edge.image import BgrImage
from edge.inference.detections import Detections
from edge.looks import LookOrder, LookPool, Urgency
from edge.results import FrameResult
from edge.stops_store import StopsStore
from edge.watch import Watcher
from tests.unit.edge.drawn_street import PLACE, DrawnStreet
from tests.unit.edge.street import at
from tests.unit.edge.test_watch import Sink
from yuhang.clock import ManualClock
from yuhang.errors import ModelError

WAIT_S = 20.0


@dataclass
class Gated:
    """A detector that looks only while its gate is open, and notes the level of grey that it was shown."""

    gate: threading.Event = field(default_factory=threading.Event)
    begun: threading.Event = field(default_factory=threading.Event)
    shown: list[int] = field(default_factory=list)
    labels: tuple[str, ...] = ("car",)

    def detect(self, image_bgr: NDArray[np.uint8]) -> Detections:
        self.begun.set()
        assert self.gate.wait(WAIT_S)
        self.shown.append(int(image_bgr[0, 0, 0]))
        if self.shown[-1] == 0:
            raise ModelError("the picture is black")
        return Detections.empty(self.labels)


def order(level: int, urgency: Urgency) -> LookOrder:
    return LookOrder(BgrImage(np.full((8, 8, 3), level, np.uint8)), (None,), urgency)


@pytest.fixture
def gated() -> Gated:
    return Gated()


@pytest.fixture
def pool(gated: Gated) -> Iterator[LookPool]:
    with closing(LookPool(gated, 1, lambda: None)) as pool:
        yield pool
        gated.gate.set()


def collected(pool: LookPool, count: int) -> dict[str, object]:
    found: dict[str, object] = {}
    while len(found) < count:
        answers = pool.answers(WAIT_S)
        assert answers, "no answer came"
        found |= {answer.camera: answer.outcome for answer in answers}
    return found


def test_what_decides_is_looked_at_before_what_has_waited_for_less_than_its_patience(pool: LookPool, gated: Gated) -> None:
    pool.order("first", order(1, Urgency.ROUTINE))
    assert gated.begun.wait(WAIT_S)
    pool.order("routine", order(2, Urgency.ROUTINE))
    pool.order("confirms", order(3, Urgency.CONFIRMS))
    pool.order("decides", order(4, Urgency.DECIDES))
    assert pool.waiting == 3
    gated.gate.set()
    assert set(collected(pool, 4)) == {"first", "routine", "confirms", "decides"}
    assert gated.shown == [1, 4, 3, 2]


def test_what_cannot_be_looked_at_is_told_and_the_next_look_goes_on(pool: LookPool, gated: Gated) -> None:
    gated.gate.set()
    pool.order("black", order(0, Urgency.DECIDES))
    pool.order("grey", order(9, Urgency.ROUTINE))
    outcomes = collected(pool, 2)
    assert isinstance(outcomes["black"], ModelError)
    assert not isinstance(outcomes["grey"], Exception)


@dataclass
class PerCamera:
    """A source whose items wait for their cameras; `rung` once a look was answered."""

    items: list[Frame | SourceChange] = field(default_factory=list)
    rung: threading.Event = field(default_factory=threading.Event)

    def read(self, timeout_s: float, busy: Collection[str] = ()) -> Frame | SourceChange | None:
        item = next((item for item in self.items if item.camera not in busy), None)
        if item is None:
            assert self.rung.wait(timeout_s)
            self.rung.clear()
            return None
        self.items.remove(item)
        return item

    def clip(self, camera: str, start: datetime, end: datetime) -> Clip | None:
        del camera, start, end
        return None

    def close(self) -> None: ...


def test_a_camera_that_is_looked_at_holds_up_no_other_and_keeps_the_order_of_its_own(tmp_path: Path) -> None:
    """The second camera's detector never gets to look; the first one's frames go through all the same, one after the other."""
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, two = DrawnStreet(tmp_path / "one"), DrawnStreet(tmp_path / "two")
    source, results, gate = PerCamera(), list[tuple[Frame, FrameResult]](), threading.Event()

    class Either:
        """Blocks on the second street's pictures, which are darker."""

        labels = one.detector.labels

        def detect(self, image_bgr: NDArray[np.uint8]) -> Detections:
            if image_bgr.mean() < 60:
                assert gate.wait(WAIT_S)
            return one.detector.detect(image_bgr)

    with closing(LookPool(Either(), 2, source.rung.set)) as looks:
        watcher = Watcher(
            source,
            {"c": one.pipeline, "d": two.pipeline},
            StopsStore(None),
            Sink(),
            ManualClock(at(0)),
            on_result=lambda frame, result: results.append((frame, result)),
            looks=looks,
        )
        for number in range(4):
            for name in ("d", "c"):
                frame = one.frame(number * 0.5, PLACE)
                image = frame.image.bgr if name == "c" else (frame.image.bgr // 4).astype(np.uint8)
                source.items.append(Frame(name, number, frame.time, frame.clock, BgrImage(image)))
        while sum(frame.camera == "c" for frame, _ in results) < 4:
            watcher.step(WAIT_S)
        assert [frame.camera for frame, _ in results] == ["c"] * 4
        assert [frame.index for frame, _ in results] == [0, 1, 2, 3]
        assert len(source.items) == 3
        gate.set()
        while len(results) < 8:
            watcher.step(WAIT_S)
    assert [frame.index for frame, _ in results if frame.camera == "d"] == [0, 1, 2, 3]
    assert {"wait", "detect"} <= set(results[0][1].timings_ms)
