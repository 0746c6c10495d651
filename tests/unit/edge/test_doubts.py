"""When exactly a vehicle came or left, from the moments between two looks."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from edge.boxes import Rect
from edge.doubts import Doubt, Edge, seen_since, seen_until
from edge.standing import StandingBook, StandingRules
from tests.unit.edge.street import HOME, Watched, at, car, every, seconds

ENOUGH = 0.8
moments = st.dictionaries(st.floats(-1, 3).map(at), st.floats(0, 1), max_size=30).map(lambda seen: sorted(seen.items()))


def doubt(edge: Edge = Edge.COMING) -> Doubt:
    return Doubt(1, Rect(0, 0, 10, 10), edge, at(0), at(2))


@given(moments)
def test_a_beginning_lies_between_the_looks_and_nothing_after_it_denies_it(likeness: list[tuple[datetime, float]]) -> None:
    since = seen_since(doubt(), likeness, ENOUGH)
    assert at(0) < since <= at(2)
    assert all(alike >= ENOUGH for time, alike in likeness if since <= time < at(2))


@given(moments)
def test_an_end_lies_between_the_looks_and_nothing_after_it_shows_the_vehicle(likeness: list[tuple[datetime, float]]) -> None:
    last, gone = seen_until(doubt(Edge.LEAVING), likeness, ENOUGH)
    assert at(0) <= last < gone <= at(2)
    assert all(alike < ENOUGH for time, alike in likeness if last < time < at(2))


def test_who_hides_the_vehicle_on_its_way_makes_its_stay_shorter_never_longer() -> None:
    seen = [(at(0.5), 0.9), (at(1.0), 0.1), (at(1.5), 0.9)]
    assert seen_since(doubt(), seen, ENOUGH) == at(1.5)


def sparse() -> StandingBook:
    """A car that stands from 4 s on, seen every two seconds."""
    book = StandingBook(StandingRules(), hindsight=True)
    Watched(book, []).see([0.0, 2.0]).see(every(2.0, 4.0, 8.0), car())
    return book


def test_a_book_of_rare_looks_asks_once_when_a_vehicle_came_and_believes_the_moments() -> None:
    book = sparse()
    (asked,) = book.doubts()
    assert (asked.edge, asked.since, asked.until) == (Edge.COMING, at(2), at(4))
    assert book.doubts() == ()
    book.settle_doubt(asked, [(at(2.4), 0.2), (at(2.7), 0.95), (at(3.5), 0.97)])
    (place,) = book.standing
    assert place.dwell.since == at(2.7)


def test_close_looks_leave_no_doubt() -> None:
    book = StandingBook(StandingRules(), hindsight=True)
    Watched(book, []).see([0.0, 0.2]).see(every(0.2, 0.4, 6.0), car()).see(every(0.2, 6.2, 8.0), likeness=0.1)
    assert book.doubts() == ()


def test_a_departure_waits_for_its_answer_and_is_told_by_the_moments() -> None:
    book = sparse()
    book.doubts()
    street = Watched(book, []).see([10.0], likeness=0.1)
    (asked,) = book.doubts()
    assert (asked.edge, asked.since, asked.until) == (Edge.LEAVING, at(8), at(10))
    street.see([10.4, 10.8, 11.2], likeness=0.1)
    assert street.ended == []
    book.settle_doubt(asked, [(at(8.5), 0.95), (at(8.9), 0.9), (at(9.2), 0.3)])
    street.see([11.6], likeness=0.1)
    (ended,) = street.ended
    assert (seconds(ended.at), seconds(ended.place.dwell.last)) == (9.2, 8.9)


def test_a_departure_does_not_wait_for_ever() -> None:
    street = Watched(sparse(), []).see(every(0.4, 10.0, 15.0), likeness=0.1)
    assert [seconds(ended.at) for ended in street.ended] == [10.0]


def test_an_answer_about_a_vehicle_that_came_back_changes_nothing() -> None:
    book = sparse()
    book.doubts()
    street = Watched(book, []).see([10.0], likeness=0.1)
    (asked,) = book.doubts()
    street.see([10.4], car(HOME))
    book.settle_doubt(asked, [(at(9.0), 0.1)])
    assert book.standing[0].away_since is None
    assert street.ended == []
