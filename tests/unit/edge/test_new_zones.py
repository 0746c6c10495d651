"""Zones drawn anew while cars stand: timers go on, what is no longer watched ends, and only that."""

from pathlib import Path
from typing import Any

import pytest

from edge.config import CameraConfig
from tests.unit.edge.drawn_street import CONFIG, PLACE, DrawnStreet
from tests.unit.edge.street import seconds
from tests.unit.edge.test_pipeline import reasons, told
from yuhang.messages import UnobservedReason

AROUND = [[0.1, 0.1], [0.95, 0.1], [0.95, 0.98], [0.1, 0.98]]
BESIDE = [[0.0, 0.0], [0.2, 0.0], [0.2, 0.2], [0.0, 0.2]]
SETTINGS = {"kind": "parking", "warning_dwell_s": 20, "present_every_s": 30}
FACADE = {"kind": "falling_object", "heights": [{"y": 0.9, "metres": 0}, {"y": 0.1, "metres": 30}]}


@pytest.fixture
def street(tmp_path: Path) -> DrawnStreet:
    return DrawnStreet(tmp_path)


def camera(*zones: dict[str, Any]) -> CameraConfig:
    return CameraConfig.model_validate({**dict(CONFIG.cameras[0]), "zones": zones})


def zone(name: str, polygon: list[list[float]], **settings: object) -> dict[str, Any]:
    return {"zone": name, "address": "a-1", "polygon": polygon, "detector": {**SETTINGS, **settings}}


def test_a_zone_drawn_anew_around_a_car_keeps_its_timer(street: DrawnStreet) -> None:
    """12 s before the change and 8 s after it make the 20 s of the warning dwell."""
    assert street.show(0, 12, PLACE) == []
    assert street.pipeline.reconfigure(camera(zone("z", AROUND))) == ()
    events = street.show(12.5, 30, PLACE)
    assert told(events) == [("parking.stopped", 20)]
    assert seconds(events[0].data.stopped_at) == 0
    assert events[0].data.zone_sha256 == street.pipeline.camera.zones[0].sha256 != CONFIG.cameras[0].zones[0].sha256


def test_a_stop_that_was_reported_goes_on_under_its_track(street: DrawnStreet) -> None:
    (stopped,) = street.show(0, 22, PLACE)
    street.pipeline.reconfigure(camera(zone("z", AROUND, present_every_s=40)))
    events = street.show(22.5, 51, PLACE) + street.show(51.5, 56, None)
    assert told(events) == [("parking.present", 50), ("parking.left", 51.5)]
    assert {event.data.track for event in events} == {stopped.data.track}
    assert events[0].data.observation.longest_gap_s <= 2.0


@pytest.mark.parametrize("zones", [(), (zone("z", BESIDE),), (zone("other", BESIDE),)])
def test_a_stop_that_no_zone_watches_any_more_ends_as_unobserved(street: DrawnStreet, zones: tuple[dict[str, Any], ...]) -> None:
    (stopped,) = street.show(0, 22, PLACE)
    ended = list(street.pipeline.reconfigure(camera(*zones)))
    assert reasons(ended) == [UnobservedReason.ZONE_CHANGED]
    assert (ended[0].data.track, ended[0].data.zone, ended[0].time) == (stopped.data.track, "z", stopped.time.replace(second=22))
    assert ended[0].data.zone_sha256 == stopped.data.zone_sha256
    assert street.pipeline.open_stops == 0
    assert street.show(22.5, 60, PLACE) == []


def test_a_car_that_was_not_reported_yet_is_let_go_in_silence(street: DrawnStreet) -> None:
    street.show(0, 12, PLACE)
    assert street.pipeline.reconfigure(camera(zone("z", BESIDE))) == ()
    assert street.show(12.5, 40, PLACE) == []


def test_a_zone_under_another_name_reports_the_car_anew_from_when_it_stood(street: DrawnStreet) -> None:
    (stopped,) = street.show(0, 22, PLACE)
    ended = street.pipeline.reconfigure(camera(zone("new", AROUND)))
    assert reasons(list(ended)) == [UnobservedReason.ZONE_CHANGED]
    (again,) = street.show(22.5, 25, PLACE)
    assert (again.data.zone, seconds(again.data.stopped_at)) == ("new", 0)
    assert again.data.track != stopped.data.track


def test_a_facade_beside_it_comes_and_goes_without_touching_the_timer(street: DrawnStreet) -> None:
    facade = {"zone": "wall", "address": "a-2", "polygon": BESIDE, "detector": FACADE}
    street.show(0, 8, PLACE)
    street.pipeline.reconfigure(camera(zone("z", AROUND), facade))
    street.show(8.5, 12, PLACE, step=0.04)
    street.pipeline.reconfigure(camera(zone("z", AROUND)))
    assert told(street.show(12.5, 30, PLACE)) == [("parking.stopped", 20)]


def test_before_the_first_picture_nothing_ends(street: DrawnStreet) -> None:
    assert street.pipeline.reconfigure(camera(zone("z", BESIDE))) == ()
    assert street.show(0, 40, PLACE) == []
