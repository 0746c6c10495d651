import numpy as np
import pytest

from simulators.street.camera import Camera
from simulators.street.mesh import box
from simulators.street.motion import pose_at
from simulators.street.scene import Actor, Drive

CAMERA = Camera(width=640, height=360, height_m=5.0, pitch_deg=15.0, yaw_deg=-10.0, field_of_view_deg=40.0)


def test_a_pixels_ray_leads_back_to_the_place_on_the_ground() -> None:
    row, column = 250, 400
    ray = CAMERA.rays()[row, column]
    place = CAMERA.position + ray * (-CAMERA.height_m / ray[2])

    pixels, depth = CAMERA.project(place)

    assert pixels == pytest.approx([column + 0.5, row + 0.5])
    assert depth > 0


def test_what_is_behind_the_camera_has_a_negative_depth() -> None:
    assert CAMERA.project(np.array([0.0, -5.0, 1.0]))[1] < 0


def test_facets_of_a_box_face_outside() -> None:
    mesh = box((-1, -2, 0), (1, 2, 3), (0.5, 0.5, 0.5))

    outwards = mesh.corners.mean(axis=1) - np.array([0.0, 0.0, 1.5])

    assert ((mesh.normals * outwards).sum(axis=1) > 0).all()


ACTOR = Actor(
    name="a",
    vehicle="sedan",
    place=(1.0, 20.0),
    heading_deg=25.0,
    stands_from_s=10.0,
    stands_until_s=30.0,
    arrival=Drive(path=((4.0, 6.0),), seconds=6.0),
    departure=Drive(path=((4.0, 6.0),), seconds=5.0, backwards=True),
)


def test_an_actor_is_there_from_its_arrival_until_it_is_gone() -> None:
    assert pose_at(ACTOR, 3.9) is None
    assert pose_at(ACTOR, 4.0) is not None
    assert pose_at(ACTOR, 34.9) is not None
    assert pose_at(ACTOR, 35.0) is None


def test_it_stands_still_at_its_place() -> None:
    poses = {pose_at(ACTOR, seconds) for seconds in (10.0, 17.5, 29.9)}

    [pose] = poses
    assert pose is not None
    assert (pose.x, pose.y, pose.heading_deg) == (1.0, 20.0, 25.0)


def test_it_brakes_and_arrives_without_a_jump_in_place_or_heading() -> None:
    seconds = np.arange(4.0, 10.0, 0.1)
    places = np.array([(pose.x, pose.y) for now in seconds if (pose := pose_at(ACTOR, float(now))) is not None])

    steps = np.linalg.norm(np.diff(places, axis=0), axis=1)

    assert (np.diff(steps) < 0.02).all()
    last = pose_at(ACTOR, 9.99)
    assert last is not None
    assert (last.x, last.y) == pytest.approx((1.0, 20.0), abs=0.02)
    assert last.heading_deg == pytest.approx(25.0, abs=2.0)


def test_who_reverses_looks_where_he_came_from() -> None:
    pose = pose_at(ACTOR, 32.0)

    assert pose is not None
    assert pose.y < 20.0
    assert abs(pose.heading_deg - 25.0) < 25.0
