"""A search among all enrolled is allowed only where the counts carry it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from edge.faces.bounds import clopper_pearson
from edge.faces.search_lock import MeasuredErrors, search_lock

NETWORK = "1" * 64


def measured(errors: int, pairs: int, threshold: float = 0.65) -> MeasuredErrors:
    return MeasuredErrors(
        embedder_sha256=NETWORK,
        threshold=threshold,
        false_matches=errors,
        different_pairs=pairs,
        measured_on=date(2026, 6, 1),
        pictures="test",
    )


@pytest.mark.parametrize(
    ("errors", "trials", "low", "high"),
    [(0, 10, 0.0, 0.3085), (1, 10, 0.0025, 0.4450), (10, 10, 0.6915, 1.0), (0, 0, 0.0, 1.0), (5, 100, 0.0164, 0.1128)],
)
def test_bounds_are_those_of_the_tables(errors: int, trials: int, low: float, high: float) -> None:
    assert clopper_pearson(errors, trials) == pytest.approx((low, high), abs=1e-4)


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_bounds_hold_what_was_seen(one: int, other: int) -> None:
    errors, trials = min(one, other), max(one, other)
    low, high = clopper_pearson(errors, trials)
    assert 0 <= low <= high <= 1
    if trials:
        assert low <= errors / trials <= high


def test_counts_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="cannot be"):
        clopper_pearson(2, 1)
    with pytest.raises(ValidationError, match="false_matches"):
        measured(3, 2)


@pytest.mark.parametrize(
    ("errors", "pairs", "enrolled", "opens"),
    [
        (0, 115, 1, False),  # what the shipped photos carry: not even for one
        (0, 115, 20_000, False),
        (0, 3_700, 1, True),
        (0, 3_600, 1, False),  # the bound is 3.7 / n
        (0, 73_800_000, 20_000, True),
        (0, 73_700_000, 20_000, False),
        (0, 10_000_000, 20_000, False),
        (1, 3_700, 1, False),
        (0, 0, 0, True),  # nobody is enrolled: nobody can be mistaken
    ],
)
def test_the_bound_times_the_enrolled_decides(errors: int, pairs: int, enrolled: int, opens: bool) -> None:
    assert search_lock(measured(errors, pairs), enrolled, NETWORK, 0.65).open is opens


@given(st.integers(0, 50), st.integers(50, 10**8), st.integers(1, 100_000))
def test_more_enrolled_never_open_what_fewer_lock(errors: int, pairs: int, enrolled: int) -> None:
    found = measured(errors, pairs)
    if not search_lock(found, enrolled, NETWORK, 0.65).open:
        assert not search_lock(found, enrolled + 1, NETWORK, 0.65).open


def test_another_network_a_lower_threshold_or_no_measurement_stay_locked() -> None:
    good = measured(0, 10**8)
    assert search_lock(good, 100, NETWORK, 0.65).open
    assert not search_lock(None, 1, NETWORK, 0.65).open
    assert not search_lock(good, 100, "2" * 64, 0.65).open
    assert not search_lock(good, 100, NETWORK, 0.64).open
    assert "lower" in search_lock(good, 100, NETWORK, 0.64).reason
