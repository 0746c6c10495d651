"""Key frames only while nothing moves."""

import threading
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from benchmarks.streams import render_clip
from edge.sources.config import FileSource
from edge.sources.media import open_media
from edge.sources.protocol import CameraPlan
from edge.sources.quiet import ACTIVE_S, MOST_APART_S, QuietGate, changed_share
from edge.sources.session import StreamSession
from yuhang.clock import SystemClock

STILL = np.full((90, 160), 100, np.uint8)


def decoded(gate: QuietGate, seconds: int, pictures: dict[int, np.ndarray], key_every_s: float = 1.0) -> list[float]:
    """Times of the packets that are decoded, of ten a second."""
    result = []
    for number in range(seconds * 10):
        at_s, is_key = number / 10, number % round(key_every_s * 10) == 0
        if gate.needs(at_s, is_keyframe=is_key):
            result.append(at_s)
            if is_key:
                gate.look(at_s, pictures.get(int(at_s), STILL))
    return result


def test_a_still_scene_soon_needs_key_frames_only() -> None:
    times = decoded(QuietGate(), 30, {})
    assert [time for time in times if time > ACTIVE_S + 1] == [float(second) for second in range(int(ACTIVE_S) + 2, 30)]


def test_a_change_wakes_the_stream_for_a_while() -> None:
    car = STILL.copy()
    car[40:45, 50:58] = 200
    times = decoded(QuietGate(), 60, dict.fromkeys(range(30, 60), car))
    assert not any(20.05 < time < 20.95 for time in times)
    assert sum(30 <= time < 30 + ACTIVE_S for time in times) == ACTIVE_S * 10
    assert not any(45.05 < time < 45.95 for time in times), "a car that has come to rest is no change"


def test_noise_is_no_change_and_a_small_car_is() -> None:
    rng = np.random.default_rng(3)
    noisy = np.clip(STILL + rng.normal(0, 5, (135, 240))[:90, :160], 0, 255).astype(np.uint8)
    assert changed_share(STILL, noisy) < 0.0004
    small = np.full((135, 240), 100, np.uint8)
    before = small.copy()
    small[60:63, 100:105] = 180
    assert changed_share(before, small) >= 0.0004


@pytest.mark.parametrize("key_every_s", [MOST_APART_S + 0.5, 10.0])
def test_streams_with_rare_key_frames_are_decoded_whole(key_every_s: float) -> None:
    assert len(decoded(QuietGate(), 40, {}, key_every_s)) == 400


def test_pictures_that_cannot_be_read_are_decoded_whole() -> None:
    gate = QuietGate()
    for number in range(300):
        assert gate.needs(number / 10, is_keyframe=number % 10 == 0)
        if number % 10 == 0:
            gate.look(number / 10, None)


@pytest.mark.parametrize("moving", [True, False])
def test_a_real_stream(tmp_path: Path, moving: bool) -> None:
    clip = render_clip(tmp_path / "clip.mp4", width=320, height=180, seconds=16.0, gop_s=1.0, moving=moving)
    source = FileSource(kind="file", path=clip, decode="auto", pace="asap")
    with open_media(source) as media:
        session = StreamSession(CameraPlan(camera="cam", source=source), media, SystemClock(), threading.Event(), None)
        times = [due.stamp.time for packet in session.packets() for due in session.pictures(packet)]
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(times)]
    assert session.damaged == 0
    assert max(gaps) == pytest.approx(0.04 if moving else 1.0, abs=0.01)
    assert (len(times) == 400) == moving
