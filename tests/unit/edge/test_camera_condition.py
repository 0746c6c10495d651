"""Whether a camera can be judged by: measured on drawn pictures, confirmed over checks and time."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from edge.camera_condition import ConditionGuard, judge
from edge.config import GuardConfig
from edge.image import BgrImage
from edge.view import ReferenceView, ViewMeasure
from tests.unit.edge.street import at, seconds
from yuhang.messages import CameraCondition, UnobservedReason

_random = np.random.default_rng(3)


def _blobs(rows: int, columns: int) -> np.ndarray:
    return cv2.resize(_random.integers(20, 230, (rows, columns, 3), dtype=np.uint8), (640, 480), interpolation=cv2.INTER_CUBIC)


VIEW = cv2.addWeighted(_blobs(6, 8), 0.6, _blobs(120, 160), 0.4, 0)  # like a street: large shapes and fine detail
GOOD = ViewMeasure(brightness=200, contrast=1, detail=1, matched=1, shift_px=0.1)


def shifted(pixels: float) -> np.ndarray:
    return cv2.warpAffine(VIEW, np.float32([[1, 0, pixels], [0, 1, 0]]), (640, 480), borderMode=cv2.BORDER_REFLECT)


@pytest.mark.parametrize("pixels", [0, 0.5, 1.5, 2.5, 4, 8])
def test_a_shift_is_measured_to_a_third_of_a_pixel(pixels: float) -> None:
    assert ReferenceView(BgrImage(VIEW)).measure(BgrImage(shifted(pixels))).shift_px == pytest.approx(pixels, abs=0.34)


def test_a_vehicle_that_fills_a_third_of_the_view_is_no_shift() -> None:
    hidden = VIEW.copy()
    hidden[150:, 200:450] = _random.integers(0, 255, (330, 250, 3), dtype=np.uint8)
    measure = ReferenceView(BgrImage(VIEW)).measure(BgrImage(hidden))
    assert measure.shift_px == pytest.approx(0, abs=0.3)


def test_another_light_is_the_same_view() -> None:
    dimmed = (VIEW * 0.5 + 10).astype(np.uint8)
    assert ReferenceView(BgrImage(VIEW)).measure(BgrImage(dimmed)).shift_px == pytest.approx(0, abs=0.2)


@pytest.mark.parametrize(
    ("measure", "condition"),
    [
        (GOOD, CameraCondition.OK),
        (replace(GOOD, shift_px=2.9), CameraCondition.OK),
        (replace(GOOD, shift_px=3.1), CameraCondition.MOVED),
        (replace(GOOD, shift_px=None, matched=0.05), CameraCondition.MOVED),
        (replace(GOOD, brightness=10), CameraCondition.DARK),
        (replace(GOOD, detail=0.1, contrast=0.9), CameraCondition.BLURRED),
        (replace(GOOD, detail=0.1, contrast=0.3, shift_px=None), CameraCondition.BLOCKED),
    ],
)
def test_verdicts(measure: ViewMeasure, condition: CameraCondition) -> None:
    assert judge(measure, GuardConfig())[0] is condition


@pytest.mark.parametrize(
    ("picture", "condition"),
    [
        (shifted(6), CameraCondition.MOVED),
        ((VIEW * 0.05).astype(np.uint8), CameraCondition.DARK),
        (cv2.GaussianBlur(VIEW, (0, 0), 6), CameraCondition.BLURRED),
        (np.full_like(VIEW, 90), CameraCondition.BLOCKED),
    ],
)
def test_a_condition_is_confirmed_by_several_checks_over_time(picture: np.ndarray, condition: CameraCondition) -> None:
    guard = ConditionGuard(GuardConfig())
    for time_s in range(5):
        assert guard.look(BgrImage(VIEW), at(time_s)) is None
    changes = [change for time_s in range(5, 10) if (change := guard.look(BgrImage(picture), at(time_s))) is not None]

    (change,) = changes
    assert (change.condition, change.previous, seconds(change.since)) == (condition, CameraCondition.OK, 5)
    moved = condition is CameraCondition.MOVED
    assert guard.blind_after(at(4)) is (UnobservedReason.CAMERA_MOVED if moved else UnobservedReason.CANNOT_SEE)


def test_one_bad_check_is_a_doubt_and_no_condition() -> None:
    guard = ConditionGuard(GuardConfig())
    guard.look(BgrImage(VIEW), at(0))
    assert guard.look(BgrImage(shifted(6)), at(1)) is None
    assert not guard.usable
    assert guard.condition is CameraCondition.OK
    guard.look(BgrImage(VIEW), at(2))
    assert guard.usable


def test_a_camera_that_is_turned_back_is_judged_by_again() -> None:
    guard = ConditionGuard(GuardConfig())
    guard.look(BgrImage(VIEW), at(0))
    for time_s in range(1, 6):
        guard.look(BgrImage(shifted(6)), at(time_s))
    assert guard.condition is CameraCondition.MOVED
    changes = [guard.look(BgrImage(VIEW), at(time_s)) for time_s in range(6, 12)]
    assert [change.condition for change in changes if change] == [CameraCondition.OK]


def test_slow_turning_is_not_hidden_by_a_renewed_reference() -> None:
    guard = ConditionGuard(GuardConfig())
    for minute in range(0, 90, 5):
        for second in range(3):
            guard.look(BgrImage(shifted(minute * 0.05)), at(minute * 60 + second))
    assert guard.condition is CameraCondition.MOVED
