"""Key frames alone, and what lies between where somebody needs it."""

import threading
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.streams import render_clip
from edge.sources.config import FileSource
from edge.sources.keyframes import MOST_HELD, KeyFramePicker
from edge.sources.media import open_media
from edge.sources.protocol import CameraPlan
from edge.sources.reader import CameraReader
from edge.sources.session import StreamSession
from tests.unit.edge.sources.test_reader import Recorder
from yuhang.clock import SystemClock

groups = st.lists(st.integers(1, 40), min_size=1, max_size=8)
needs = st.one_of(st.none(), st.floats(0.1, 8.0))


@given(groups, st.lists(st.tuples(st.integers(0, 200), needs), max_size=5))
def test_what_is_decoded_can_be_decoded(lengths: list[int], wishes: list[tuple[int, float | None]]) -> None:
    """Packets are released in order, each once, and none without all those before it back to its key frame."""
    picker: KeyFramePicker[int] = KeyFramePicker()
    keys = {sum(lengths[:index]) for index in range(len(lengths))}
    decoded: list[int] = []
    for number in range(sum(lengths)):
        for _, picker.within_s in (wish for wish in wishes if wish[0] == number):
            pass
        decoded += picker.take(number, number / 10, is_keyframe=number in keys).packets
    assert decoded == sorted(set(decoded))
    assert keys <= set(decoded)
    assert all(number in keys or number - 1 in decoded for number in decoded)


def test_where_it_is_calm_key_frames_come_less_often_and_none_is_missing_when_that_ends() -> None:
    """A key frame every two seconds, three seconds apart wanted; at 9 s somebody needs a picture every 0.4 s again."""
    picker: KeyFramePicker[int] = KeyFramePicker(apart_s=3.0)
    released: dict[int, list[int]] = {}
    for number in range(100):
        if number == 90:
            picker.within_s, picker.apart_s = 0.4, 0.0
        if packets := picker.take(number, number / 10, is_keyframe=number % 20 == 0).packets:
            released[number] = list(packets)
    assert [number for number in released if number < 90] == [0, 40, 80]
    assert released[90] == list(range(81, 91))


@given(groups, st.floats(0.3, 3.0))
def test_nobody_waits_longer_than_wished_for(lengths: list[int], within_s: float) -> None:
    picker: KeyFramePicker[int] = KeyFramePicker(within_s)
    keys = {sum(lengths[:index]) for index in range(len(lengths))}
    shown = [
        number / 10 for number in range(sum(lengths)) if picker.take(number, number / 10, is_keyframe=number in keys).packets
    ]
    assert all(later - earlier <= within_s + 0.1 + 1e-6 for earlier, later in pairwise(shown))


def test_a_stream_without_key_frames_does_not_fill_the_memory() -> None:
    picker: KeyFramePicker[int] = KeyFramePicker()
    picker.take(0, 0.0, is_keyframe=True)
    for number in range(1, 2 * MOST_HELD):
        assert not picker.take(number, number / 25, is_keyframe=False).packets
    picker.within_s = 1.0
    assert not picker.take(2 * MOST_HELD, 200.0, is_keyframe=False).packets
    assert picker.take(2 * MOST_HELD + 1, 201.0, is_keyframe=True).packets


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight seconds with a key frame every four; a bar moves through the picture."""
    return render_clip(tmp_path_factory.mktemp("clips") / "street.mp4", width=320, height=180, seconds=8.0, gop_s=4.0)


@pytest.mark.parametrize(("within_s", "gap_s"), [(None, 4.0), (1.0, 1.0)])
def test_a_real_stream(street: Path, within_s: float | None, gap_s: float) -> None:
    source = FileSource(kind="file", path=street, decode="keyframes", pace="asap")
    with open_media(source) as media:
        session = StreamSession(CameraPlan(camera="cam", source=source), media, SystemClock(), threading.Event(), None)
        session.attend(within_s)
        times = [due.stamp.time for packet in session.packets() for due in session.pictures(packet)]
    assert session.damaged == 0
    assert max((later - earlier).total_seconds() for earlier, later in pairwise(times)) == pytest.approx(gap_s, abs=0.05)


def test_looking_back_shows_what_key_frames_left_out(street: Path) -> None:
    """The bar (dark on grey) is in the left quarter at first only."""
    plan = CameraPlan(camera="cam", source=FileSource(kind="file", path=street, decode="keyframes", pace="asap"))
    sink = Recorder()
    reader = CameraReader(plan, sink, SystemClock(), threading.Event())
    reader.run()
    first, second = (due.stamp.time for _, due in sink.pictures)
    found = reader.look_back(first, second, (0.0, 0.35, 0.25, 0.48))
    assert found is not None
    times, grey = found
    assert 30 <= len(times) <= 40
    assert all(first < time < second for time in times)
    assert list(times) == sorted(times)
    changes = np.abs(np.diff(grey.astype(np.int16), axis=0)).mean(axis=(1, 2))
    assert changes[:5].max() > 5 > np.median(changes)
    assert reader.look_back(second, second, (0, 0, 1, 1)) is not None
