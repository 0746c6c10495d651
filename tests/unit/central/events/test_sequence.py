"""Sequence numbers as ranges."""

from hypothesis import given
from hypothesis import strategies as st

from central.events.sequence import Sequence, Span


def test_numbers_in_order_are_one_range() -> None:
    sequence = Sequence()
    for number in range(1, 6):
        sequence.add(number)
    assert sequence.spans == (Span(1, 5),)
    assert sequence.missing() == ()
    assert sequence.next_expected == 6


def test_a_hole_shows_until_it_is_filled() -> None:
    sequence = Sequence([Span(1, 3)])
    sequence.add(7)
    assert sequence.missing() == (Span(4, 6),)
    for number in (5, 6, 4):
        sequence.add(number)
    assert sequence.spans == (Span(1, 7),)


def test_before_the_first_number_nothing_is_expected() -> None:
    assert Sequence().next_expected is None


@given(st.lists(st.integers(0, 40)))
def test_in_any_order_and_with_repeats_it_is_the_set_of_numbers(numbers: list[int]) -> None:
    sequence = Sequence()
    for number in numbers:
        sequence.add(number)
    covered = [number for span in sequence.spans for number in range(span.first, span.last + 1)]
    assert covered == sorted(set(numbers))
    assert all(left.last + 1 < right.first for left, right in zip(sequence.spans, sequence.spans[1:], strict=False))
