"""Mirror images, fragments, two things at once, weather."""

from edge.detectors.falling_object.ballistics import Fall, judge
from edge.detectors.falling_object.linking import Path
from edge.detectors.falling_object.rules import Gathering
from tests.unit.edge.detectors.falling_object.falls import CONFIG, FRAME_S, SCALE, free_fall, path


def fall(way: Path) -> Fall:
    found = judge(way, CONFIG, SCALE, FRAME_S)
    assert found is not None
    return found


def gathered(*falls: Fall, most_at_once: int = 6) -> Gathering:
    gathering = Gathering(most_at_once)
    for one in falls:
        gathering.add(one)
    return gathering


def test_a_fall_is_reported_once_and_not_before_its_mirror_image_could_come() -> None:
    gathering = gathered(fall(path(free_fall(20), 1.5)))
    assert gathering.decided(2.0) == []
    assert len(gathering.decided(2.4)) == 1
    assert gathering.decided(9.0) == []


def test_a_thing_and_its_mirror_image_are_one() -> None:
    """The mirror image is seen a little later, aside, and lower the further the thing leaves the glass behind."""
    thing = fall(path(free_fall(30), 2.0, noise_px=0.3))
    image = fall(path(free_fall(28.4, 2.0, 8.6), 1.6, x=360, begins_s=0.3, noise_px=0.3))
    (matter,) = gathered(image, thing).decided(9.0)
    assert matter.main is thing
    assert matter.others == [image]
    assert matter.earliest is thing


def test_a_fall_that_was_hidden_by_a_balcony_goes_on() -> None:
    above = fall(path(free_fall(30), 0.8))
    below = fall(path(lambda at_s: free_fall(30)(at_s + 1.1), 1.0, begins_s=1.1))
    (matter,) = gathered(above, below).decided(9.0)
    assert matter.earliest is above


def test_a_fragment_waits_for_the_rest_that_still_falls() -> None:
    above = fall(path(free_fall(30), 0.8))
    below = fall(path(lambda at_s: free_fall(30)(at_s + 1.1), 1.0, begins_s=1.1))
    gathering = gathered(above)
    assert gathering.decided(1.9, going_on=[below]) == []
    gathering.add(below)
    assert len(gathering.decided(3.5)) == 1


def test_two_things_one_after_the_other_are_two() -> None:
    falls = [fall(path(free_fall(20), 1.5)), fall(path(free_fall(20), 1.5, begins_s=3.0))]
    assert len(gathered(*falls).decided(9.0)) == 2


def test_things_far_apart_are_two_even_at_the_same_time() -> None:
    falls = [fall(path(free_fall(20), 1.5, x=100)), fall(path(free_fall(20), 1.5, x=500))]
    assert len(gathered(*falls).decided(9.0)) == 2


def test_more_than_people_throw_is_weather() -> None:
    shower = [fall(path(free_fall(20), 1.5, x=50.0 + 250 * number, begins_s=0.1 * number)) for number in range(5)]
    gathering = gathered(*shower, most_at_once=3)
    assert gathering.decided(9.0) == []
    assert gathering.crowds == 1
