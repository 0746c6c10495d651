"""Pictures into tensors and boxes back."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.inference.preprocess import PreProcess
from models.manifest import ImageInput

FITS = ("stretch", "letterbox_centre", "letterbox_corner")


def spec(fit: str, **other: object) -> ImageInput:
    return ImageInput.model_validate({"width": 64, "height": 32, "fit": fit, "channels": "bgr", **other})


@pytest.mark.parametrize("channels", ["bgr", "rgb"])
def test_mean_and_deviation_go_by_the_networks_channel_order(channels: str) -> None:
    image = np.random.default_rng(1).integers(0, 256, (32, 64, 3), np.uint8)
    mean, std = (10.0, 20.0, 30.0), (2.0, 4.0, 8.0)
    tensor = PreProcess(spec("stretch", channels=channels, mean=mean, std=std))(image).tensor
    ordered = image if channels == "bgr" else image[:, :, ::-1]
    expected = ((ordered.astype(np.float32) - mean) / std).transpose(2, 0, 1)[None]
    np.testing.assert_allclose(tensor, expected, atol=1e-4)


@pytest.mark.parametrize(("fit", "left"), [("letterbox_centre", 16), ("letterbox_corner", 0)])
def test_a_letterbox_keeps_the_shape_and_fills_the_bars(fit: str, left: int) -> None:
    tensor = PreProcess(spec(fit, pad=7))(np.full((100, 100, 3), 200, np.uint8)).tensor[0, 0]
    assert (tensor[:, left : left + 32] == 200).all()
    bars = np.delete(tensor, np.s_[left : left + 32], axis=1)
    assert bars.shape == (32, 32)
    assert (bars == 7).all()


@given(width=st.integers(8, 3000), height=st.integers(8, 3000), fit=st.sampled_from(FITS))
def test_boxes_come_back_to_the_pixel_they_left_from(width: int, height: int, fit: str) -> None:
    placement = PreProcess(spec(fit))._place(width, height)
    source = np.array([[width * 0.25, height * 0.1, width * 0.75, height * 0.9]], np.float32)
    scale = np.array([placement.scale_x, placement.scale_y] * 2, np.float32)
    inside = source * scale + np.array([placement.offset_x, placement.offset_y] * 2, np.float32)
    assert (inside >= 0).all()
    assert (inside <= np.array([64, 32, 64, 32])).all()
    np.testing.assert_allclose(placement.to_source(inside), source, rtol=1e-3, atol=0.05)


def test_boxes_are_clipped_to_the_picture() -> None:
    placement = PreProcess(spec("letterbox_centre"))._place(100, 100)
    assert placement.to_source(np.array([[-50, -50, 500, 500]], np.float32)).tolist() == [[0, 0, 100, 100]]


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((10, 10), np.uint8),
        np.zeros((10, 10, 4), np.uint8),
        np.zeros((0, 10, 3), np.uint8),
        np.zeros((10, 10, 3), np.float32),
    ],
)
def test_what_is_no_picture_is_refused(image: np.ndarray) -> None:
    with pytest.raises(ValueError, match="height x width x 3 bytes"):
        PreProcess(spec("stretch"))(image)


def test_a_picture_of_one_pixel_row_is_taken() -> None:
    image = cv2.resize(np.full((1, 1, 3), 9, np.uint8), (2000, 1))
    assert PreProcess(spec("letterbox_centre"))(image).tensor.shape == (1, 3, 32, 64)
