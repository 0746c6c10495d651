"""Our YOLO decoder against what ultralytics made of its own exports (see fixtures/README.md)."""

from pathlib import Path

import numpy as np
import pytest

from edge.inference.config import DetectorConfig
from edge.inference.detector import OnnxObjectDetector
from edge.inference.preprocess import PreProcess
from edge.inference.yolo import YoloDecoder
from models.manifest import FileRef, ImageInput, ObjectModel, Source
from yuhang.errors import ModelError

FIXTURES = Path(__file__).parent / "fixtures"
HEADS = ("v8", "11", "11_nms", "26", "26_many")


class RecordedSession:
    """Stands for the exported network: gives the output that was recorded for the picture."""

    def __init__(self, raw: np.ndarray) -> None:
        self._raw = raw

    def run(self, tensor: np.ndarray) -> list[np.ndarray]:
        assert tensor.shape == (1, 3, 160, 160)
        return [self._raw]


def model(classes: int = 4) -> ObjectModel:
    return ObjectModel(
        name="yolo-test",
        title="test",
        file=FileRef(name="x.onnx", sha256="0" * 64, bytes=1),
        licence="AGPL-3.0",
        source=Source(package="ultralytics", version="8.4.190", path="-"),
        rebuild="python models/tools/yolo_fixture.py",
        job="objects",
        decoder="yolo",
        labels=tuple(f"class_{index}" for index in range(classes)),
        input=ImageInput(width=160, height=160, fit="letterbox_centre", pad=114, channels="rgb", std=(255, 255, 255)),
    )


def overlaps(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    inner = np.minimum(one[:, 2:], other[:, 2:]) - np.maximum(one[:, :2], other[:, :2])
    shared = np.clip(inner, 0, None).prod(axis=1)
    return shared / ((one[:, 2:] - one[:, :2]).prod(axis=1) + (other[:, 2:] - other[:, :2]).prod(axis=1) - shared)


@pytest.mark.parametrize("head", HEADS)
def test_same_boxes_scores_and_classes_as_ultralytics(head: str) -> None:
    recorded = np.load(FIXTURES / f"yolo_{head}.npz")
    min_score, overlap = recorded["settings"].tolist()
    config = DetectorConfig(min_score=min_score, overlap=overlap, same_thing=(), limit=300)
    found = OnnxObjectDetector(model(), RecordedSession(recorded["raw"]), config).detect(recorded["image"])

    inside = (recorded["boxes"][:, 2:] > recorded["boxes"][:, :2]).all(axis=1)  # the rest lies in the letterbox's bars
    recorded = {key: recorded[key][inside] for key in ("boxes", "scores", "class_ids")}
    assert len(found) == len(recorded["scores"]) > 10
    ours = np.lexsort((found.boxes[:, 0].round(1), -found.scores.round(5)))
    theirs = np.lexsort((recorded["boxes"][:, 0].round(1), -recorded["scores"].round(5)))
    np.testing.assert_allclose(found.scores[ours], recorded["scores"][theirs], atol=1e-5)
    assert found.class_ids[ours].tolist() == recorded["class_ids"][theirs].tolist()
    assert overlaps(found.boxes[ours], recorded["boxes"][theirs]).min() > 0.99


@pytest.mark.parametrize("head", HEADS)
def test_the_network_sees_the_picture_as_ultralytics_shows_it(head: str) -> None:
    recorded = np.load(FIXTURES / f"yolo_{head}.npz")
    tensor = PreProcess(model().input)(recorded["image"]).tensor
    expected = recorded["letterboxed"][:, :, ::-1].transpose(2, 0, 1) / 255
    assert np.abs(tensor[0] - expected).max() <= 1.01 / 255


def test_end_to_end_boxes_that_overlap_stay_unless_they_name_the_same_thing() -> None:
    rows = np.array([[[10, 10, 90, 90, 0.9, 0], [10, 10, 90, 92, 0.8, 1], [10, 10, 91, 90, 0.7, 0]]], np.float32)
    image = np.zeros((160, 160, 3), np.uint8)

    def count(same_thing: tuple[tuple[str, ...], ...]) -> int:
        config = DetectorConfig(min_score=0.5, same_thing=same_thing)
        return len(OnnxObjectDetector(model(), RecordedSession(rows), config).detect(image))

    assert count(()) == 3
    assert count((("class_0", "class_1"),)) == 1


def test_an_output_of_another_shape_is_named() -> None:
    with pytest.raises(ModelError, match=r"\(1, 9, 525\).*decoder"):
        YoloDecoder(model()).decode([np.zeros((1, 9, 525), np.float32)], 0.3)
