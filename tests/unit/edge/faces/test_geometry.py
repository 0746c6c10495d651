"""Alignment, quality and the finder's arithmetic, on numbers that are known beforehand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.boxes import Rect
from edge.faces.alignment import TARGET, aligned, similarity
from edge.faces.config import FaceQualityConfig
from edge.faces.finder import anchors, decoded, joined
from edge.faces.liveness import square
from edge.faces.matching import likeness
from edge.faces.quality import problem_of, tilt_of, turn_of
from edge.faces.types import FacePoints, FoundFace
from yuhang.errors import ModelError
from yuhang.messages import FaceProblem

SHARP = np.asarray(np.random.default_rng(1).integers(60, 180, (112, 112, 3)), np.uint8)


@given(
    st.floats(-math.pi, math.pi),
    st.floats(0.1, 20),
    st.floats(-500, 500),
    st.floats(-500, 500),
)
def test_any_turn_scale_and_shift_is_undone(angle: float, scale: float, x: float, y: float) -> None:
    turn = scale * np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    source = TARGET @ turn.T + [x, y]
    matrix = similarity(source, TARGET)
    assert np.allclose(source @ matrix[:, :2].T + matrix[:, 2], TARGET, atol=1e-6)


def test_points_in_one_place_are_no_face() -> None:
    with pytest.raises(ValueError, match="one place"):
        similarity(np.ones((4, 2)), TARGET)


def test_a_face_comes_upright() -> None:
    image = np.zeros((300, 300, 3), np.uint8)
    image[100:103, 120:123] = 255  # the right eye
    points = FacePoints((121.0, 101.0), (191.0, 101.0), (156.0, 141.0), (156.0, 181.0))
    upright = aligned(image, points, 224)
    y, x = np.argwhere(upright[..., 0] > 100).mean(axis=0)
    assert (x, y) == pytest.approx((TARGET[0][0] * 2, TARGET[0][1] * 2), abs=2)


def face(size: float = 120, nose_aside: float = 0.0, tilt_deg: float = 0.0) -> FoundFace:
    between = 40.0
    dy = between * math.tan(math.radians(tilt_deg))
    points = FacePoints((0.0, 0.0), (between, dy), (between / 2 + nose_aside * between, 25.0), (between / 2, 45.0))
    return FoundFace(Rect(0, 0, size, size), 0.9, points)


@pytest.mark.parametrize(
    ("found", "picture", "problem"),
    [
        (face(), SHARP, None),
        (face(79), SHARP, FaceProblem.SMALL),
        (face(80), SHARP, None),
        (face(nose_aside=0.4), SHARP, FaceProblem.TURNED),
        (face(nose_aside=-0.4), SHARP, FaceProblem.TURNED),
        (face(tilt_deg=30), SHARP, FaceProblem.TURNED),
        (face(), np.full((112, 112, 3), 120, np.uint8), FaceProblem.BLURRED),
        (face(), np.full((112, 112, 3), 20, np.uint8), FaceProblem.DARK),
        (face(), np.full((112, 112, 3), 250, np.uint8), FaceProblem.BRIGHT),
    ],
)
def test_what_cannot_be_judged(found: FoundFace, picture: np.ndarray, problem: FaceProblem | None) -> None:
    assert problem_of(found, picture, FaceQualityConfig()) is problem


def test_eyes_in_one_place_are_turned_away() -> None:
    points = FacePoints((1.0, 1.0), (1.0, 1.0), (2.0, 2.0), (3.0, 3.0))
    assert turn_of(points) == math.inf
    assert tilt_of(points) == 0


def test_boxes_and_points_come_back_to_the_pixels_of_the_picture() -> None:
    logits = np.full(896, -10.0, np.float32)
    values = np.zeros((896, 16), np.float32)
    row = 2 * (16 * 4 + 8)  # the cell in row 4, column 8 of the fine grid
    logits[[row, row + 1]] = 3.0, 2.0
    values[[row, row + 1], 2:4] = 0.25
    values[row, 4:12] = [-0.05, -0.05, 0.05, -0.05, 0, 0, 0, 0.06]
    faces = decoded(logits, values, anchors(), 1000.0, 0.5)
    assert len(faces) == 1  # the second says the same
    x, y = 1000 * 8.5 / 16, 1000 * 4.5 / 16
    box = faces[0].box
    assert (box.left, box.top, box.right, box.bottom) == pytest.approx((x - 125, y - 125, x + 125, y + 125), abs=0.01)
    assert faces[0].points.mouth == pytest.approx((x, y + 60), abs=0.01)
    assert faces[0].score == pytest.approx(1 / (1 + math.exp(-3)))


def test_outputs_of_another_network_are_refused() -> None:
    with pytest.raises(ModelError):
        joined([np.zeros((1, 896, 17), np.float32)])


def test_a_square_at_the_rim_has_all_its_pixels() -> None:
    image = np.arange(100 * 80 * 3, dtype=np.uint32).astype(np.uint8).reshape(100, 80, 3)
    assert square(image, Rect(-10, -10, 30, 30), 1.0).shape == (40, 40, 3)
    assert square(image, Rect(60, 80, 100, 120), 1.5).shape == (60, 60, 3)
    assert np.array_equal(square(image, Rect(10, 10, 50, 50), 1.0), image[10:50, 10:50])


def test_the_most_alike_template_counts() -> None:
    probe = np.array([1.0, 0.0], np.float32)
    assert likeness(probe, np.array([[0.0, 1.0], [0.6, 0.8]], np.float32)) == pytest.approx(0.6)
    assert likeness(probe, np.zeros((0, 2), np.float32)) == -1
