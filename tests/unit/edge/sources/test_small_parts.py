"""Sampling, the timeline of a recording, the mailbox of pictures."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from edge.sources.errors import SourceError
from edge.sources.sampling import Sampler
from edge.sources.slots import Mailbox, PictureSlots
from edge.sources.timeline import Timeline

START = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(("source_fps", "wanted"), [(25, 2), (25, 5), (30, 4), (10, 5), (12, 5), (25, 25), (29.97, 3)])
def test_sampling_keeps_its_rate(source_fps: float, wanted: float) -> None:
    sampler = Sampler(wanted)
    picked = sum(sampler.wants(i / source_fps) for i in range(round(source_fps * 100)))
    assert picked == pytest.approx(wanted * 100, rel=0.01)


def test_sampling_more_than_there_is_takes_all() -> None:
    sampler = Sampler(30)
    assert all(sampler.wants(i / 10) for i in range(100))


def test_sampling_survives_gaps_disorder_and_a_step_back() -> None:
    sampler = Sampler(1.0)
    assert sampler.wants(0.0)
    assert not sampler.wants(0.4)
    assert sampler.wants(50.0)
    assert not sampler.wants(49.9)
    assert not sampler.wants(50.2)
    assert sampler.wants(3.0)
    assert not sampler.wants(3.5)


def test_a_timeline_keeps_a_variable_rate() -> None:
    line = Timeline(START, 0.04)
    stamps = [5.0, 5.04, 5.5, 9.0]
    assert [(line.place(stamp) - START).total_seconds() for stamp in stamps] == pytest.approx([0, 0.04, 0.5, 4.0])


def test_a_missing_stamp_follows_the_one_before() -> None:
    line = Timeline(START, 0.5)
    stamps = [None, None, 3.0, None]
    assert [(line.place(stamp) - START).total_seconds() for stamp in stamps] == pytest.approx([0, 0.5, 3.0, 3.5])


def test_a_timeline_never_steps_back() -> None:
    line = Timeline(START, 0.04)
    times = [line.advance(line.place(stamp)) for stamp in (1, 4, 6, 5, 7, 9, 9)]
    assert all(later > earlier for earlier, later in pairwise(times))


def test_named_times_win_over_stamps() -> None:
    named = [START, START + timedelta(seconds=7), START + timedelta(seconds=8)]
    line = Timeline(START, 1.0, named)
    assert [line.place(stamp) for stamp in (0.0, 1.0, 2.0, 99.0)] == [*named, named[-1]]


def test_the_mailbox_drops_the_oldest_that_waits() -> None:
    box: Mailbox[str] = Mailbox([0, 1])
    assert [box.offer(name) for name in "abcde"] == [0, 1, None, None, None]
    assert box.dropped == 2
    assert box.give_back(1) == "e"
    assert box.give_back(0) is None
    assert box.offer("f") == 0


def test_slots_hand_pictures_over_unchanged() -> None:
    slots = PictureSlots.create(max_pixels=64 * 48)
    image = np.random.default_rng(1).integers(0, 255, (60, 50), dtype=np.uint8)  # planes of 40 x 50 pixels
    slots.place(1, 40, 50)[...] = image
    slots.place(0, 48, 64)[...] = 0
    copy = slots.read(1, 40, 50)
    slots.free(1)
    np.testing.assert_array_equal(slots.read(1, 40, 50), 0)
    slots.place(1, 40, 50)[...] = image
    again = slots.read(1, 40, 50)
    slots.close()
    np.testing.assert_array_equal(copy, image)
    np.testing.assert_array_equal(again, image)


@pytest.mark.parametrize(("slot", "height", "width"), [(2, 10, 10), (-1, 10, 10), (0, 49, 64), (0, 0, 10), (0, 9, 10)])
def test_what_a_child_says_about_slots_is_checked(slot: int, height: int, width: int) -> None:
    slots = PictureSlots.create(max_pixels=64 * 48)
    with pytest.raises(SourceError, match="does not fit"):
        slots.read(slot, height, width)
    slots.close()
