import numpy as np
import pytest

from edge.inference.detections import Detections


def three() -> Detections:
    boxes = np.array([[0, 0, 1, 1], [1, 1, 2, 2], [2, 2, 3, 3]], np.float32)
    return Detections(boxes, np.array([0.9, 0.8, 0.7], np.float32), np.array([2, 0, 2], np.int32), ("person", "bicycle", "car"))


def test_rows_are_picked_by_mask_or_index() -> None:
    assert three()[three().scores > 0.75].class_ids.tolist() == [2, 0]
    assert three()[np.array([2, 1])].boxes[:, 0].tolist() == [2.0, 1.0]


def test_objects_are_picked_by_label() -> None:
    cars = three().of(("car", "bus"))
    assert len(cars) == 2
    assert cars.label(0) == "car"
    assert len(three().of(())) == 0


def test_empty_has_no_rows_and_keeps_its_labels() -> None:
    assert len(Detections.empty(("car",))) == 0
    assert Detections.empty(("car",)).of(("car",)).boxes.shape == (0, 4)


@pytest.mark.parametrize(
    ("boxes", "scores", "class_ids"), [((2, 4), (3,), (3,)), ((3, 5), (3,), (3,)), ((3, 4), (3,), (2,)), ((3, 4), (3, 1), (3,))]
)
def test_arrays_that_do_not_fit_together_are_refused(
    boxes: tuple[int, ...], scores: tuple[int, ...], class_ids: tuple[int, ...]
) -> None:
    with pytest.raises(ValueError, match="must be"):
        Detections(np.zeros(boxes, np.float32), np.zeros(scores, np.float32), np.zeros(class_ids, np.int32))
