"""Compressed pictures to planes of pixels. Runs on whatever a camera or file sends, so damage is counted and size is bounded."""

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange
from av.video.stream import VideoStream
from numpy.typing import NDArray

from edge.sources.errors import SourceError
from edge.sources.media import Packet

_SMALLEST_SIDE = 16


class Decoder:
    """Decodes the packets of one stream on the calling thread."""

    def __init__(self, stream: VideoStream, *, keyframes_only: bool, max_pixels: int) -> None:
        self.damaged = 0
        self._context = stream.codec_context
        self._context.thread_count = 1
        self._keyframes_only = keyframes_only
        self._max_pixels = max_pixels
        self._check_size(self._context.width or 0, self._context.height or 0)

    def decode(self, packet: Packet | None) -> list[VideoFrame]:
        """Pictures that `packet` completes, perhaps none; None flushes. What cannot be decoded is counted in `damaged`."""
        if packet is not None and self._keyframes_only and not packet.is_keyframe:
            return []
        try:
            frames = self._context.decode(packet)
        except av.EOFError:
            return []
        except (av.FFmpegError, OSError, ValueError):
            self.damaged += 1
            return []
        for frame in frames:
            self._check_size(frame.width, frame.height)
        return frames

    def _check_size(self, width: int, height: int) -> None:
        """Width and height in pixels; 0 x 0 before the first picture."""
        if width * height > self._max_pixels:
            raise SourceError(f"picture of {width} x {height} pixels is larger than max_pixels ({self._max_pixels})")
        if 0 < min(width, height) < _SMALLEST_SIDE:
            raise SourceError(f"picture of {width} x {height} pixels is too small to see anything")


def stamp_s(frame: VideoFrame) -> float | None:
    """The picture's own time stamp in seconds, or None where the stream gives none."""
    return None if frame.pts is None or frame.time_base is None else float(frame.pts * frame.time_base)


def planes_shape(frame: VideoFrame) -> tuple[int, int]:
    """Shape of `to_planes`' result; an odd last row or column is left out: colour comes for two pixels by two."""
    return (frame.height & ~1) * 3 // 2, frame.width & ~1


def to_planes(frame: VideoFrame, out: NDArray[np.uint8] | None = None) -> NDArray[np.uint8]:
    """The picture as I420, (height * 3 / 2) x width, uint8, limited range, contiguous; written into `out` where it is given."""
    if frame.format.name != "yuv420p" or frame.color_range == ColorRange.JPEG:
        full = frame.color_range == ColorRange.JPEG or frame.format.name.startswith("yuvj")
        range_of = ColorRange.JPEG if full else ColorRange.UNSPECIFIED
        frame = frame.reformat(format="yuv420p", src_color_range=range_of, dst_color_range=ColorRange.MPEG)
    width, height = frame.width & ~1, frame.height & ~1
    planes = out if out is not None else np.empty((height * 3 // 2, width), np.uint8)
    flat, begin = planes.reshape(-1), 0
    for plane, halved in zip(frame.planes, (1, 2, 2), strict=True):
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
        end = begin + (height // halved) * (width // halved)
        flat[begin:end].reshape(height // halved, width // halved)[...] = rows[: height // halved, : width // halved]
        begin = end
    return planes
