"""Sequence numbers of a node that have arrived, as ranges; what lies between them is missing. Pure."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Numbers from `first` to `last`, both included."""

    first: int
    last: int


class Sequence:
    """Ranges that grow and join as numbers are added, in any order and repeatedly."""

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        self._spans = sorted(spans)

    @property
    def spans(self) -> tuple[Span, ...]:
        """The ranges that have arrived, in order, never touching each other."""
        return tuple(self._spans)

    @property
    def next_expected(self) -> int | None:
        """The number after the highest one; null before the first."""
        return self._spans[-1].last + 1 if self._spans else None

    def add(self, number: int) -> None:
        """Note that a number has arrived."""
        index = bisect_right(self._spans, number, key=lambda span: span.first)
        before = self._spans[index - 1] if index else None
        if before is not None and number <= before.last:
            return
        after = self._spans[index] if index < len(self._spans) else None
        first = before.first if before is not None and before.last + 1 == number else number
        last = after.last if after is not None and number + 1 == after.first else number
        start = index - 1 if first != number else index
        stop = index + 1 if last != number else index
        self._spans[start:stop] = [Span(first, last)]

    def missing(self) -> tuple[Span, ...]:
        """The holes between the ranges."""
        pairs = zip(self._spans, self._spans[1:], strict=False)
        return tuple(Span(left.last + 1, right.first - 1) for left, right in pairs)
