"""Looking back: the place of a vehicle in the pictures between two that were analysed, decoded from the packets still held."""

import io
from collections.abc import Iterator
from datetime import datetime, timedelta

import av
import numpy as np
from av.video.frame import VideoFrame

from edge.frames import MOST_MOMENTS, Part, Pixels
from edge.sources.decoder import Decoder
from edge.sources.errors import SourceError
from edge.sources.packets import Cut

STEP = timedelta(milliseconds=100)
"""Between two moments that are handed out: a tenth of the second to which a dwell must be right."""
SMALLEST_SIDE = 48
"""Pixels to which the shorter side of a place is reduced at most."""


def look_back(cut: Cut, start: datetime, end: datetime, part: Part, max_pixels: int) -> tuple[tuple[datetime, ...], Pixels]:
    """Times strictly between `start` and `end`, and the part's brightness then: count x height x width, limited range.

    Raises `SourceError` when the cut cannot be decoded.
    """
    times: list[datetime] = []
    pictures: list[Pixels] = []
    for time, frame in _decoded(cut, max_pixels):
        if start < time < end and (not times or time - times[-1] >= STEP) and len(times) < MOST_MOMENTS:
            times.append(time)
            pictures.append(reduced(frame, part))
    if not pictures or any(picture.shape != pictures[0].shape for picture in pictures):
        return (), np.zeros((0, 0, 0), np.uint8)
    return tuple(times), np.stack(pictures)


def reduced(frame: VideoFrame, part: Part) -> Pixels:
    """The part's brightness, averaged over blocks so that its shorter side has `SMALLEST_SIDE` pixels or more."""
    plane = np.frombuffer(memoryview(frame.planes[0]), np.uint8).reshape(-1, frame.planes[0].line_size)
    left, top = int(part[0] * frame.width), int(part[1] * frame.height)
    right, bottom = max(left + 1, round(part[2] * frame.width)), max(top + 1, round(part[3] * frame.height))
    crop = plane[: frame.height, : frame.width][top:bottom, left:right]
    block = max(1, min(crop.shape) // SMALLEST_SIDE)
    height, width = crop.shape[0] // block, crop.shape[1] // block
    blocks = crop[: height * block, : width * block].reshape(height, block, width, block)
    return np.asarray(np.rint(blocks.mean(axis=(1, 3))), np.uint8)


def _decoded(cut: Cut, max_pixels: int) -> Iterator[tuple[datetime, VideoFrame]]:
    """Pictures with the frame times of their packets; pixel formats other than 8-bit YUV have no brightness to compare."""
    times = {held.pts: held.time for held in cut.packets}
    try:
        with av.open(io.BytesIO(cut.format.sample), format="nut") as template:
            decoder = Decoder(template.streams.video[0], keyframes_only=False, max_pixels=max_pixels)
            for held in (*cut.packets, None):
                for frame in decoder.decode(held.packet() if held is not None else None):
                    if frame.pts in times and frame.format.name in {"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "nv12"}:
                        yield times[frame.pts], frame
    except (av.FFmpegError, OSError, ValueError) as error:
        raise SourceError(f"cannot look back in a stream of {cut.format.codec}: {type(error).__name__}") from error
