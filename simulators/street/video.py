"""Writes frames as H.264 in MP4: real time stamps, a key frame every two seconds by those stamps, no reordering."""

from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
from av.video.frame import PictureType

from simulators.street.frames import Frame

KEY_FRAME_EVERY_S = 2.0
TIME_BASE = Fraction(1, 1000)
QUALITY = "23"
"""x264's constant rate factor."""


class VideoWriter:
    """An H.264 file that takes frames one by one."""

    def __init__(self, path: Path, width: int, height: int, fps: float) -> None:
        self._container = av.open(str(path), "w")
        stream = self._container.add_stream("libx264", rate=Fraction(fps).limit_denominator(1000))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"preset": "veryfast", "crf": QUALITY, "tune": "zerolatency", "sc_threshold": "0", "threads": "1"}
        stream.codec_context.gop_size = 100_000
        stream.time_base = stream.codec_context.time_base = TIME_BASE
        self._stream = stream
        self._picture: av.VideoFrame | None = None
        self._next_key_s = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None:
            self._container.mux(self._stream.encode())
        self._container.close()

    def write(self, frame: Frame) -> None:
        """Encode the next frame; one that has not changed is not converted again."""
        if self._picture is None or frame.changed:
            self._picture = av.VideoFrame.from_ndarray(frame.image, format="bgr24").reformat(format="yuv420p")
        picture = self._picture
        picture.pts = round(frame.seconds / TIME_BASE)
        picture.time_base = TIME_BASE
        picture.pict_type = PictureType.NONE
        if frame.seconds >= self._next_key_s:
            picture.pict_type = PictureType.I
            self._next_key_s += KEY_FRAME_EVERY_S
        self._container.mux(self._stream.encode(picture))
