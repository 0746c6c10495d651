"""Precision and recall on cases that can be counted by hand."""

import numpy as np
import pytest

from models.evaluation import JudgedPicture, judge, overlap_matrix

ONE, TWO = [0, 0, 10, 10], [20, 20, 40, 40]


def picture(
    found: list[list[float]], scores: list[float], truth: list[list[float]], ignored: list[bool] | None = None
) -> JudgedPicture:
    return JudgedPicture(
        np.array(found, np.float32).reshape(-1, 4),
        np.array(scores, np.float32),
        np.array(truth, np.float32).reshape(-1, 4),
        np.array(ignored or [False] * len(truth), np.bool_),
    )


def test_all_found_is_one() -> None:
    quality = judge([picture([ONE, TWO], [0.9, 0.8], [TWO, ONE])], score=0.5)
    assert (quality.average_precision, quality.recall, quality.precision, quality.truths) == (pytest.approx(1.0), 1.0, 1.0, 2)


def test_a_second_box_on_the_same_object_is_wrong() -> None:
    quality = judge([picture([ONE, ONE], [0.9, 0.8], [ONE, TWO])], score=0.5)
    assert quality.recall == 0.5
    assert quality.precision == 0.5
    assert quality.average_precision == pytest.approx(51 / 101)


def test_ignored_truth_neither_helps_nor_hurts() -> None:
    quality = judge([picture([ONE, TWO], [0.9, 0.8], [ONE, TWO], [False, True])], score=0.5)
    assert (quality.precision, quality.truths) == (1.0, 1)


def test_nothing_found_is_zero_and_nothing_to_find_is_an_error() -> None:
    assert judge([picture([], [], [ONE])], score=0.5).average_precision == 0.0
    with pytest.raises(ValueError, match="nothing to find"):
        judge([picture([ONE], [0.9], [])], score=0.5)


def test_overlap_is_intersection_over_union() -> None:
    matrix = overlap_matrix(np.array([[0, 0, 10, 10.0]]), np.array([[5, 0, 15, 10.0], [0, 0, 10, 10.0], [50, 50, 60, 60.0]]))
    np.testing.assert_allclose(matrix, [[1 / 3, 1.0, 0.0]])
