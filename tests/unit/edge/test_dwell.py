"""Dwell is the time between frames that confirm, whatever happens to the frames between."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.dwell import Confirmation, Dwell
from edge.standing import StandingBook, StandingRules
from tests.unit.edge.street import Watched, at, car, every

RULES = StandingRules(settle_s=1.0)
TOLERANCE_S = 0.5
fifty = settings(max_examples=50)

kept_frames = st.lists(st.booleans(), min_size=100, max_size=400)


def watched() -> Watched:
    return Watched(StandingBook(RULES), [])


def largest_gap(times: list[float]) -> float:
    return max((after - before for before, after in pairwise(times)), default=0.0)


@fifty
@given(kept_frames)
def test_dropped_frames_neither_shorten_nor_lengthen_the_dwell(kept: list[bool]) -> None:
    times = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0, *(1.0 + index / 5 for index, keep in enumerate(kept, start=1) if keep)]
    if largest_gap(times) > RULES.max_gap_s:
        return

    street = watched().see(times, car())

    assert street.ended == []
    assert street.dwell_s == pytest.approx(times[-1] - times[0], abs=TOLERANCE_S)


@fifty
@given(st.lists(st.floats(min_value=0.05, max_value=9.9), min_size=5, max_size=60))
def test_uneven_frames_give_the_same_dwell(steps: list[float]) -> None:
    times = [sum(steps[:count]) for count in range(len(steps) + 1)]
    if times[3] < RULES.settle_s and times[-1] < RULES.settle_s:
        return

    street = watched().see(times, car())

    if street.book.standing:
        assert street.dwell_s == pytest.approx(times[-1])


@fifty
@given(st.permutations(range(30)))
def test_frames_in_disorder_add_nothing(order: list[int]) -> None:
    street = watched().see(every(0.2, 0, 2), car())
    newest = 2.0
    for index in order:
        street.see([2.0 + index], car())
        newest = max(newest, 2.0 + index)
        if street.ended:  # the order itself made a gap: voided, never counted
            return
    assert street.dwell_s == pytest.approx(newest)


@fifty
@given(st.lists(st.integers(min_value=1, max_value=9), min_size=20, max_size=100))
def test_id_switches_change_nothing(numbers: list[int]) -> None:
    street = watched().see(every(0.2, 0, 2), car())
    for index, number in enumerate(numbers, start=1):
        street.see([2 + index * 0.5], car(track=number))

    assert street.ended == []
    assert street.dwell_s == pytest.approx(2 + len(numbers) * 0.5)
    assert len(street.book.standing) == 1


@fifty
@given(st.floats(min_value=10.01, max_value=3600), st.floats(min_value=2, max_value=500))
def test_a_gap_over_ten_seconds_always_voids(gap: float, before: float) -> None:
    times = every(1.0, 0, before)
    street = watched().see(times, car()).see([times[-1] + gap], car())

    assert [ended.outcome.value for ended in street.ended] == ["gap"]
    assert street.book.standing == ()


@fifty
@given(st.floats(min_value=0.5, max_value=9.9))
def test_a_shorter_gap_is_bridged_and_noted(gap: float) -> None:
    street = watched().see(every(0.5, 0, 5), car()).see([5 + gap], car())

    assert street.ended == []
    (place,) = street.book.standing
    assert place.dwell.observation().longest_gap_s == pytest.approx(max(gap, 0.5))
    assert street.dwell_s == pytest.approx(5 + gap)


def test_an_unbroken_observation_tells_what_confirmed_it() -> None:
    dwell = Dwell.begin(at(0)).confirm(at(1), Confirmation.DETECTOR, 0.8).confirm(at(2), Confirmation.PIXELS)

    assert (dwell.frames, dwell.detector_frames, dwell.min_overlap) == (3, 2, 0.8)
    assert dwell.detector_gap_s(at(2)) == 1.0
    assert dwell.confirm(at(1.5), Confirmation.DETECTOR) == dwell  # older than the last: says nothing


def test_pixels_alone_do_not_confirm_for_more_than_the_gap() -> None:
    street = watched().see(every(0.5, 0, 5), car())
    street.see(every(0.5, 5.5, 16), detected=False)

    assert street.dwell_s == 15.0
    street.see(every(0.5, 16.5, 26), detected=False)
    assert [ended.outcome.value for ended in street.ended] == ["gap"]


def test_a_blind_camera_confirms_nothing() -> None:
    street = watched().see(every(0.5, 0, 5), car()).see(every(0.5, 5.5, 16), car(), usable=False)

    assert [(ended.outcome.value, ended.place.dwell.last) for ended in street.ended] == [("gap", at(5))]
