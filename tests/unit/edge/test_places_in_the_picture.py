"""Zones, crops, motion and likeness: where in the picture things are, and whether they changed."""

import numpy as np
import pytest

from edge.appearance import Appearance
from edge.boxes import Rect
from edge.image import BgrImage
from edge.inference.detections import Detections
from edge.motion import MotionGate
from edge.regions import crops_around, detect_in
from edge.standing import StandingBook, StandingRules
from edge.zones import ZoneMap
from tests.unit.edge.street import HOME, Watched, at, car, every

_random = np.random.default_rng(5)
PICTURE = _random.integers(0, 255, (240, 320, 3), dtype=np.uint8)


def test_a_point_is_in_the_zones_that_contain_it() -> None:
    zones = ZoneMap({"left": ((0, 0), (0.5, 0), (0.5, 1), (0, 1)), "top": ((0, 0), (1, 0), (1, 0.5), (0, 0.5))}, 320, 240)
    assert zones.at((40, 40)) == {"left", "top"}
    assert zones.at((200, 40)) == {"top"}
    assert zones.at((300, 200)) == frozenset()
    assert zones.at((40, 240)) == {"left"}  # a box that is cut off at the edge ends on it


def test_crops_hold_their_zones_and_stay_in_the_picture() -> None:
    (crop,) = crops_around([Rect(280, 200, 320, 240)], 320, 240)
    assert crop.covered_by(Rect(0, 0, 320, 240)) == 1
    assert Rect(280, 200, 320, 240).covered_by(crop) == 1
    assert min(crop.width, crop.height) >= 159


def test_neighbouring_zones_share_a_crop() -> None:
    assert len(crops_around([Rect(10, 10, 60, 60), Rect(30, 20, 90, 70)], 640, 480)) == 1


class Corner:
    """Sees one car in the lower right quarter of whatever it is shown."""

    labels = ("car",)

    def detect(self, image_bgr: np.ndarray) -> Detections:
        height, width = image_bgr.shape[:2]
        box = np.array([[width / 2, height / 2, width, height]], np.float32)
        return Detections(box, np.array([0.8], np.float32), np.array([0], np.int32), self.labels)


def test_boxes_of_a_crop_are_the_pictures_own_pixels() -> None:
    found = detect_in(Corner(), PICTURE, [Rect(100, 100, 200, 180)])
    assert found.boxes[0].tolist() == [150, 140, 200, 180]


def test_one_thing_seen_in_two_regions_is_one() -> None:
    assert len(detect_in(Corner(), PICTURE, [None, Rect(0, 0, 320, 240)])) == 1


def test_motion_is_seen_where_it_is_watched_and_only_there() -> None:
    watched = np.zeros((240, 320), np.bool_)
    watched[:, 160:] = True
    gate = MotionGate(watched)
    assert gate.look(BgrImage(PICTURE)).moving  # the first frame: anything may be there
    assert not gate.look(BgrImage(PICTURE)).moving
    left = PICTURE.copy()
    left[100:160, 20:100] = 255 - left[100:160, 20:100] // 4
    assert not gate.look(BgrImage(left)).moving
    right = left.copy()
    right[100:160, 200:300] = 255 - right[100:160, 200:300] // 4
    assert gate.look(BgrImage(right)).moving


@pytest.mark.parametrize(("change", "alike"), [("same", True), ("dimmed", True), ("other", False)])
def test_likeness_knows_the_vehicle_in_another_light_and_not_another_vehicle(change: str, alike: bool) -> None:
    street = Watched(StandingBook(StandingRules()), []).see(every(0.5, 0, 5), car())
    (place,) = street.book.places
    appearance = Appearance()
    appearance.remember(BgrImage(PICTURE), [place], {}, at(5))
    later = {
        "same": PICTURE,
        "dimmed": (PICTURE * 0.6 + 15).astype(np.uint8),
        "other": _random.integers(0, 255, PICTURE.shape, dtype=np.uint8),
    }[change]
    likeness = appearance.compare(BgrImage(later), [place])[place.key]
    assert (likeness >= StandingRules().same_likeness) is alike
    assert place.box == HOME
