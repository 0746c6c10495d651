"""NanoDet's and YOLOX's decoders on outputs made by hand, whose boxes are known."""

import numpy as np
import pytest

from edge.inference.nanodet import NanoDetDecoder
from edge.inference.yolox import YoloxDecoder
from models.manifest import ObjectModel
from models.store import ModelStore
from yuhang.errors import ModelError

CLASSES, SIZE = 80, 416


def entry(name: str) -> ObjectModel:
    found = ModelStore.standard().entry(name)
    assert isinstance(found, ObjectModel)
    return found


def nanodet_outputs(bins: int = 11) -> list[np.ndarray]:
    counts = [(SIZE // stride) ** 2 for stride in (8, 16, 32)]
    return [np.full((1, n, CLASSES), 0.01, np.float32) for n in counts] + [np.zeros((1, n, 4 * bins), np.float32) for n in counts]


def test_nanodet_side_is_the_mean_of_its_distribution() -> None:
    outputs = nanodet_outputs()
    row = 3 * 26 + 5  # third row, fifth column of stride 16
    outputs[1][0, row, 2] = 0.8
    sides = np.full((4, 11), -50.0, np.float32)
    for side, bin_of in enumerate((1, 2, 3, 4)):
        sides[side, bin_of] = 0
    sides[3, 5] = 0  # bins 4 and 5 alike: 4.5
    outputs[4][0, row] = sides.ravel()
    found = NanoDetDecoder(entry("nanodet-g-416")).decode(outputs, 0.5).found
    x, y = 5.5 * 16, 3.5 * 16
    np.testing.assert_allclose(found.boxes, [[x - 16, y - 32, x + 48, y + 72]], rtol=1e-5)
    assert found.class_ids.tolist() == [2]


def test_nanodet_takes_outputs_in_any_order_and_without_the_batch() -> None:
    outputs = nanodet_outputs(bins=8)
    outputs[0][0, 0, 7] = 0.9
    shuffled = [outputs[index][0] for index in (4, 2, 0, 5, 1, 3)]
    found = NanoDetDecoder(entry("nanodet-m-416")).decode(shuffled, 0.5).found
    assert found.class_ids.tolist() == [7]


def test_nanodet_refuses_a_missing_stride_and_another_size() -> None:
    decoder = NanoDetDecoder(entry("nanodet-g-416"))
    with pytest.raises(ModelError, match="stride 32"):
        decoder.decode([output for output in nanodet_outputs() if output.shape[1] != 169], 0.5)
    with pytest.raises(ModelError, match="decoder"):
        decoder.decode([np.zeros((1, 3549, 85), np.float32)], 0.5)


def test_yolox_box_is_offset_and_log_size_in_strides() -> None:
    rows = np.zeros((1, 3549, 85), np.float32)
    index = 52 * 52 + 26 * 26 + 2 * 13 + 4  # second row, fourth column of stride 32
    rows[0, index, :5] = (0.5, 0.25, np.log(2), np.log(3), 0.9)
    rows[0, index, 5 + 5] = 0.8
    found = YoloxDecoder(entry("yolox-nano-416")).decode([rows], 0.5).found
    x, y = 4.5 * 32, 2.25 * 32
    np.testing.assert_allclose(found.boxes, [[x - 32, y - 48, x + 32, y + 48]], rtol=1e-5)
    np.testing.assert_allclose(found.scores, [0.72], rtol=1e-5)
    assert found.class_ids.tolist() == [5]


def test_yolox_refuses_another_shape() -> None:
    with pytest.raises(ModelError, match="3549 x 85"):
        YoloxDecoder(entry("yolox-nano-416")).decode([np.zeros((1, 8400, 85), np.float32)], 0.5)
