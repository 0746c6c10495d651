"""Writes frames as H.264 in MP4: real time stamps, no reordering, a key frame every ten seconds as field cameras do.

A group of pictures, from a key frame to the next, is encoded as a whole; where nothing has moved since the group before, the
packets of that one are written again with new time stamps, so a quiet street costs nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
from av.video.frame import PictureType

from simulators.street.frames import Frame

KEY_FRAME_EVERY_S = 10.0
TIME_BASE = Fraction(1, 1000)
QUANTISER = "26"
"""Fixed: a rate factor would spend many times the bytes on frames that stand for half a second each."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """The bytes of one encoded picture."""

    data: bytes
    key: bool


class VideoWriter:
    """An H.264 file that takes frames one by one."""

    def __init__(self, path: Path, width: int, height: int, fps: float) -> None:
        self._container = av.open(str(path), "w")
        stream = self._container.add_stream("libx264", rate=Fraction(fps).limit_denominator(1000))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"preset": "veryfast", "qp": QUANTISER, "tune": "zerolatency", "sc_threshold": "0", "threads": "1"}
        stream.codec_context.gop_size = 100_000
        stream.time_base = stream.codec_context.time_base = TIME_BASE
        self._stream = stream
        self._picture: av.VideoFrame | None = None
        self._group: list[Frame] = []
        self._quiet: list[Encoded] | None = None
        """The packets of the last group, if nothing moved in it."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None:
            self._finish_group()
            self._container.mux(self._stream.encode())
        self._container.close()

    def write(self, frame: Frame) -> None:
        """Take the next frame."""
        if self._group and frame.seconds - self._group[0].seconds >= KEY_FRAME_EVERY_S - 1e-6:
            self._finish_group()
        self._group.append(frame)

    def _finish_group(self) -> None:
        frames, self._group = self._group, []
        quiet = not any(frame.changed for frame in frames)
        if not quiet or self._quiet is None or len(self._quiet) < len(frames):
            packets = [self._encode(frame, key=number == 0) for number, frame in enumerate(frames)]
            self._quiet = None if any(frame.changed for frame in frames[1:]) else packets
        else:
            packets = self._quiet[: len(frames)]
        self._mux(frames, packets)

    def _encode(self, frame: Frame, key: bool) -> Encoded:
        if self._picture is None or frame.changed:
            self._picture = av.VideoFrame.from_ndarray(frame.image, format="bgr24").reformat(format="yuv420p")
        self._picture.pts = round(frame.seconds / TIME_BASE)
        self._picture.time_base = TIME_BASE
        self._picture.pict_type = PictureType.I if key else PictureType.NONE
        [packet] = self._stream.encode(self._picture)
        return Encoded(bytes(packet), packet.is_keyframe)

    def _mux(self, frames: Sequence[Frame], packets: Sequence[Encoded]) -> None:
        for frame, encoded in zip(frames, packets, strict=True):
            packet = av.Packet(encoded.data)
            packet.stream = self._stream
            packet.time_base = TIME_BASE
            packet.pts = packet.dts = round(frame.seconds / TIME_BASE)
            packet.is_keyframe = encoded.key
            self._container.mux(packet)
