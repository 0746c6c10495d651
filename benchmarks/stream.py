"""Rendered pictures as a camera would send them: through an H.264 encoder and decoder, in memory."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from edge.sources.decoder import to_planes

Image = NDArray[np.uint8]

CRF = "24"
KEY_FRAMES = 50  # pictures from one key frame to the next


def through_h264(frames: Iterable[tuple[float, Image]], fps: float) -> Iterator[tuple[float, Image]]:
    """Times as they came and pictures as they were decoded: I420 planes, (height * 3 / 2) x width."""
    encoder = av.CodecContext.create("libx264", "w")
    decoder = av.CodecContext.create("h264", "r")
    times: list[float] = []
    for index, (at_s, image) in enumerate(frames):
        if index == 0:
            _prepare(encoder, image.shape[1], image.shape[0], fps)
        times.append(at_s)
        picture = av.VideoFrame.from_ndarray(image, format="bgr24").reformat(format="yuv420p")
        picture.pts = index
        for packet in encoder.encode(picture):
            yield from ((times[frame.pts or 0], to_planes(frame)) for frame in decoder.decode(packet))
    for packet in encoder.encode(None):
        yield from ((times[frame.pts or 0], to_planes(frame)) for frame in decoder.decode(packet))
    yield from ((times[frame.pts or 0], to_planes(frame)) for frame in decoder.decode(None))


def straight(frames: Iterable[tuple[float, Image]]) -> Iterator[tuple[float, Image]]:
    """The same planes without encoder and decoder: what a perfect line would bring, in a third of the time."""
    for at_s, image in frames:
        yield at_s, np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2YUV_I420), np.uint8)


def _prepare(encoder: av.VideoCodecContext, width: int, height: int, fps: float) -> None:
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base = 1 / Fraction(fps).limit_denominator(1000)
    encoder.gop_size = KEY_FRAMES
    encoder.thread_count = 1
    encoder.options = {"preset": "veryfast", "tune": "zerolatency", "crf": CRF}
