"""Pictures as decoded: their grey and their colours are those of the same picture in BGR, whatever the camera's pixel format."""

import cv2
import numpy as np
import pytest
from av.video.frame import VideoFrame

from edge.boxes import Rect
from edge.image import BgrImage, PlanarImage
from edge.sources.decoder import to_planes

_random = np.random.default_rng(5)
PICTURE = cv2.resize(_random.integers(0, 255, (18, 32, 3), dtype=np.uint8), (640, 360), interpolation=cv2.INTER_CUBIC)


def sent_as(pixel_format: str, picture: np.ndarray = PICTURE) -> PlanarImage:
    return PlanarImage(to_planes(VideoFrame.from_ndarray(picture, format="bgr24").reformat(format=pixel_format)))


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuvj420p", "nv12", "yuv422p", "yuvj422p", "yuv444p", "yuv420p10le"])
def test_colours_survive_every_pixel_format(pixel_format: str) -> None:
    image = sent_as(pixel_format)
    assert image.shape == (360, 640)
    off = np.abs(image.bgr.astype(int) - PICTURE)
    assert off.mean() < 4
    assert abs(image.bgr.astype(int).mean() - PICTURE.mean()) < 3  # neither washed out nor darkened


@pytest.mark.parametrize("part", [None, Rect(100, 50, 420.4, 250.6)])
def test_grey_is_the_same_from_planes_and_from_colours(part: Rect | None) -> None:
    planar = sent_as("yuv420p").grey(160, 90, part).astype(int)
    drawn = BgrImage(PICTURE).grey(160, 90, part).astype(int)
    assert np.abs(planar - drawn).max() <= 3


def test_black_and_white_are_black_and_white() -> None:
    halves = np.zeros((64, 64, 3), np.uint8)
    halves[:, 32:] = 255
    grey = sent_as("yuv420p", halves).grey(64, 64)
    assert grey.min() == 0
    assert grey.max() >= 254  # to one level of rounding


def test_an_odd_last_row_and_column_are_left_out() -> None:
    image = sent_as("yuv420p", np.ascontiguousarray(PICTURE[:101, :203]))
    assert image.shape == (100, 202)
    assert np.abs(image.bgr.astype(int) - PICTURE[:100, :202]).mean() < 4


def test_padded_rows_are_no_part_of_the_picture() -> None:
    narrow = np.ascontiguousarray(PICTURE[:, :98])  # FFmpeg pads its rows to more than 98 bytes
    assert np.abs(sent_as("yuv420p", narrow).bgr.astype(int) - narrow).mean() < 4
