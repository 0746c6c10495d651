"""A camera's reader with fake producers: no camera, no process, every way in which a source can end."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from edge.frames import SourceState as S
from edge.sources.config import FileSource, SourceConfig
from edge.sources.errors import SourceError
from edge.sources.media import Media, MediaPacket, open_media
from edge.sources.protocol import CameraPlan
from edge.sources.reader import CameraReader
from edge.sources.session import DuePicture
from yuhang.clock import ScaledClock, SystemClock
from yuhang.messages import TimeSource

Opener = Callable[[SourceConfig], Media]


@dataclass
class Recorder:
    """A sink that remembers, and may end the reader."""

    changes: list[tuple[S, str]] = field(default_factory=list)
    pictures: list[tuple[int, DuePicture]] = field(default_factory=list)
    on_change: Callable[[S], None] = lambda _state: None

    def changed(self, _camera: str, state: S, _time: datetime, detail: str) -> None:
        self.changes.append((state, detail))
        self.on_change(state)

    def picture(self, _camera: str, index: int, due: DuePicture) -> None:
        self.pictures.append((index, due))

    @property
    def states(self) -> list[S]:
        return [state for state, _ in self.changes]


class Producer(Media):
    """A real clip whose line is cut after some packets."""

    def __init__(self, clip: Path, *, fail_after: int | None = None) -> None:
        super().__init__(open_media(FileSource(kind="file", path=clip))._container, "fake")
        self._fail_after = fail_after

    def packets(self) -> Iterator[MediaPacket]:
        for number, packet in enumerate(super().packets()):
            if number == self._fail_after:
                raise SourceError("the fake line is cut")
            yield packet


def plan(clip: Path, **more: object) -> CameraPlan:
    source = {"kind": "file", "path": clip, "pace": "asap", "reconnect_min_s": 0.01, "reconnect_max_s": 0.05, **more}
    return CameraPlan.model_validate({"camera": "cam", "source": source, "analysis_fps": None})


def run(camera: CameraPlan, sink: Recorder, opener: Opener = open_media, stop: threading.Event | None = None) -> CameraReader:
    stop = stop or threading.Event()
    reader = CameraReader(camera, sink, SystemClock(), stop, opener=opener)
    thread = threading.Thread(target=reader.run, daemon=True)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    return reader


def test_a_recording_comes_to_its_end(clip: Path) -> None:
    sink = Recorder()
    reader = run(plan(clip), sink)
    assert sink.states == [S.CONNECTING, S.LIVE, S.ENDED]
    assert [index for index, _ in sink.pictures] == list(range(100))
    assert sink.pictures[0][1].stamp.clock.source is TimeSource.RECORDING
    assert (reader.counts.packets, reader.counts.damaged) == (100, 0)


def test_a_source_that_cannot_be_opened_is_tried_again(clip: Path) -> None:
    stop, attempts = threading.Event(), []

    def opener(source: SourceConfig) -> Media:
        attempts.append(source)
        if len(attempts) < 4:
            raise SourceError("nobody is there")
        return open_media(source)

    sink = Recorder()
    run(plan(clip), sink, opener, stop)
    assert sink.states == [S.CONNECTING, S.LOST] * 3 + [S.CONNECTING, S.LIVE, S.ENDED]
    assert sink.changes[1] == (S.LOST, "nobody is there")


def test_a_line_that_is_cut_is_taken_up_again_and_time_goes_on(clip: Path) -> None:
    opened = []

    def opener(_source: SourceConfig) -> Media:
        opened.append(1)
        return Producer(clip, fail_after=30 if len(opened) < 3 else None)

    sink = Recorder()
    run(plan(clip, pace="realtime", decode="keyframes"), sink, opener)
    assert sink.states == [S.CONNECTING, S.LIVE, S.LOST] * 2 + [S.CONNECTING, S.LIVE, S.ENDED]
    times = [due.stamp.time for _, due in sink.pictures]
    assert times == sorted(times)
    assert len(set(times)) == len(times)


def test_stopping_while_it_waits_for_the_next_attempt(clip: Path) -> None:
    stop = threading.Event()

    def opener(_source: SourceConfig) -> Media:
        raise SourceError("away")

    sink = Recorder(on_change=lambda state: stop.set() if state is S.LOST else None)
    begun_s = time.monotonic()
    run(plan(clip, reconnect_min_s=30, reconnect_max_s=60), sink, opener, stop)
    assert time.monotonic() - begun_s < 5
    assert sink.states == [S.CONNECTING, S.LOST, S.CLOSED]


def test_stopping_in_the_middle_of_the_flow(clip: Path) -> None:
    stop = threading.Event()
    sink = Recorder(on_change=lambda state: stop.set() if state is S.LIVE else None)
    run(plan(clip, pace="realtime"), sink, stop=stop)
    assert sink.states[-1] is S.CLOSED
    assert len(sink.pictures) < 5


def test_a_loop_never_ends_by_itself(clip: Path) -> None:
    stop = threading.Event()

    class Counting(Recorder):
        def picture(self, _camera: str, index: int, due: DuePicture) -> None:
            super().picture(_camera, index, due)
            if index >= 250:
                stop.set()

    sink = Counting()
    run(plan(clip, loop=True), sink, stop=stop)
    assert sink.states == [S.CONNECTING, S.LIVE, S.CLOSED]


def test_a_picture_too_large_is_a_loss_not_a_crash(clip: Path) -> None:
    stop = threading.Event()
    sink = Recorder(on_change=lambda state: stop.set() if state is S.LOST else None)
    run(plan(clip, max_pixels=1000), sink, stop=stop)
    assert "max_pixels" in sink.changes[1][1]


def test_a_clip_can_be_cut_after_the_line_was_lost(clip: Path) -> None:
    stop = threading.Event()
    sink = Recorder(on_change=lambda state: stop.set() if state is S.LOST else None)
    reader = run(plan(clip, pace="realtime"), sink, lambda _source: Producer(clip, fail_after=40), stop)
    times = [due.stamp.time for _, due in sink.pictures]
    cut = reader.clip(times[30], times[35])
    assert cut is not None
    assert abs((cut.start - times[25]).total_seconds()) < 0.1


@pytest.mark.parametrize("speed", [1.0, 8.0])
def test_a_file_paced_by_the_clock_runs_as_fast_as_the_clock(clip: Path, speed: float) -> None:
    clock, sink, stop = ScaledClock.starting_now(speed), Recorder(), threading.Event()
    reader = CameraReader(plan(clip, pace="realtime"), sink, clock, stop)
    begun_s = time.monotonic()
    reader.run()
    assert time.monotonic() - begun_s == pytest.approx(4.0 / speed, abs=1.0)
    first, last = sink.pictures[0][1].stamp, sink.pictures[-1][1].stamp
    assert (last.time - first.time).total_seconds() == pytest.approx(3.96, abs=0.3)
    assert last.clock.source is TimeSource.ARRIVAL
