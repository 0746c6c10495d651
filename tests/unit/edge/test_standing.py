"""Which vehicles stand: scenes of boxes over time."""

from dataclasses import replace

from edge.boxes import Rect
from edge.standing import Look, Outcome, StandingBook, StandingRules
from tests.unit.edge.street import ELSEWHERE, HOME, Watched, at, car, every

RULES = StandingRules()


def parked(until: float = 10) -> Watched:
    return Watched(StandingBook(RULES), []).see(every(0.5, 0, until), car())


def outcomes(street: Watched) -> list[tuple[str, float]]:
    return [(ended.outcome.value, (ended.at - at(0)).total_seconds()) for ended in street.ended]


def test_a_car_stands_after_it_has_settled() -> None:
    street = Watched(StandingBook(RULES), []).see(every(0.5, 0, 1.5), car())
    assert street.book.standing == ()
    street.see([2.0], car())
    assert [place.dwell.since for place in street.book.standing] == [at(0)]


def test_a_moving_car_never_stands() -> None:
    street = Watched(StandingBook(RULES), [])
    for time_s in every(0.2, 0, 10):
        left = 50 + time_s * 60
        street.see([time_s], car(Rect(left, 100, left + 100, 180)))
    assert street.book.standing == ()


def test_distant_cars_that_follow_in_one_place_never_stand() -> None:
    """The box stays, what it shows changes: identity inherited by the next car."""
    street = Watched(StandingBook(RULES), []).see(every(0.2, 0, 20), car(), likeness=0.3)
    assert street.book.standing == ()


def test_a_bush_that_is_a_car_now_and_then_never_stands() -> None:
    street = Watched(StandingBook(RULES), [])
    for index, time_s in enumerate(every(0.2, 0, 30)):
        street.see([time_s], *([car()] if index % 5 == 0 else []))
    assert street.book.standing == ()


def test_a_car_that_drives_off_has_left_when_it_was_first_seen_away() -> None:
    street = parked().see(every(0.5, 10.5, 13), car(ELSEWHERE), likeness=0.1)
    assert outcomes(street) == [(Outcome.LEFT, 10.5)]


def test_an_empty_place_has_been_left_even_if_nobody_saw_the_car_go() -> None:
    assert outcomes(parked().see(every(0.5, 10.5, 13), likeness=0.1)) == [(Outcome.LEFT, 10.5)]


def test_missed_detections_are_not_leaving() -> None:
    """The place still looks the same: the detector failed, the car did not go."""
    street = parked().see(every(0.5, 10.5, 15), likeness=0.97)
    assert street.ended == []
    assert street.dwell_s == 15.0


def test_a_bus_in_front_is_not_leaving_but_ten_seconds_of_it_are_a_gap() -> None:
    bus = Rect(60, 60, 300, 220)
    hidden = parked().see(every(0.5, 10.5, 18), car(bus, track=9), likeness=0.1)
    assert hidden.ended == []
    hidden.see(every(0.5, 18.5, 21), car(bus, track=9), likeness=0.1)
    assert [outcome for outcome, _ in outcomes(hidden)] == [Outcome.GAP]


def test_a_person_in_front_does_not_empty_the_place() -> None:
    street = parked().see(every(0.5, 10.5, 15), likeness=0.2, others=(Rect(120, 90, 180, 190),))
    assert street.ended == []


def test_another_car_in_the_same_place_does_not_inherit_the_stop() -> None:
    """While a bus hides the place, one car leaves and another, unlike it, takes its place: the first was lost to sight."""
    street = parked().see(every(0.5, 10.5, 14), car(Rect(60, 60, 300, 220), track=9), likeness=0.1)
    for time_s in every(0.5, 14.5, 24):
        known = {place.key: 1.0 if place.dwell.since >= at(14) else 0.2 for place in street.book.places}

        street.ended += street.book.look(Look(at(time_s), sightings=(car(track=12),), likeness=known))
    assert [outcome for outcome, _ in outcomes(street)] == [Outcome.GAP]
    assert [place.dwell.since for place in street.book.standing] == [at(14.5)]


def test_a_boot_that_opens_changes_the_looks_but_not_the_car() -> None:
    street = parked().see(every(0.5, 10.5, 20), car(), likeness=0.2)
    assert street.ended == []
    assert street.dwell_s == 20.0


def test_two_boxes_of_one_car_are_one_stop() -> None:
    street = Watched(StandingBook(RULES), [])
    street.see(every(0.5, 0, 10), car(), car(Rect(95, 110, 190, 185), track=2))
    assert len(street.book.standing) == 1


def test_two_cars_side_by_side_are_two_stops() -> None:
    street = Watched(StandingBook(RULES), [])
    street.see(every(0.5, 0, 10), car(), car(Rect(190, 100, 290, 180), track=2))
    assert len(street.book.standing) == 2


def test_a_car_that_moves_on_a_little_left_its_place() -> None:
    near = Rect(HOME.left + 60, HOME.top, HOME.right + 60, HOME.bottom)
    street = parked()
    for time_s in every(0.5, 10.5, 14):
        known = {place.key: 0.2 if place.box.overlap(HOME) > 0.9 else 1.0 for place in street.book.places}

        street.ended += street.book.look(Look(at(time_s), sightings=(car(near),), likeness=known))
    assert outcomes(street) == [(Outcome.LEFT, 10.5)]
    assert [place.box for place in street.book.standing] == [near]


def test_a_weak_detection_does_not_begin_a_stop_but_may_confirm_one() -> None:

    weak = replace(car(), score=0.25)
    assert Watched(StandingBook(RULES), []).see(every(0.5, 0, 10), weak).book.places == ()
    assert parked().see(every(0.5, 10.5, 15), weak).dwell_s == 15.0
