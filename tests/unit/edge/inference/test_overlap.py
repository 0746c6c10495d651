import numpy as np

from edge.inference.detections import Detections
from edge.inference.overlap import drop_overlaps


def test_the_best_of_overlapping_boxes_of_one_group_stays() -> None:
    boxes = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [1, 0, 11, 10], [50, 50, 60, 60]], np.float32)
    found = Detections(boxes, np.array([0.5, 0.9, 0.6, 0.7], np.float32), np.array([0, 0, 1, 0], np.int32))
    kept = drop_overlaps(found, np.array([0, 0, 1, 0], np.int32), 0.5)
    assert kept.scores.tolist() == np.array([0.9, 0.7, 0.6], np.float32).tolist()


def test_overlap_at_the_limit_stays() -> None:
    boxes = np.array([[0, 0, 10, 10], [0, 0, 10, 5]], np.float32)
    found = Detections(boxes, np.array([0.9, 0.8], np.float32), np.zeros(2, np.int32))
    assert len(drop_overlaps(found, np.zeros(2, np.int32), 0.5)) == 2
    assert len(drop_overlaps(found, np.zeros(2, np.int32), 0.49)) == 1


def test_nothing_stays_nothing() -> None:
    assert len(drop_overlaps(Detections.empty(), np.zeros(0, np.int32), 0.5)) == 0
