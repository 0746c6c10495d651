"""The last seconds of a camera's own packets, and clips cut from them without encoding anything again."""

import io
from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import cast

import av
from av.video.stream import VideoStream

from edge.frames import Clip
from edge.sources.errors import SourceError
from edge.sources.media import Packet

_IN_MP4 = frozenset({"h264", "hevc", "mpeg4", "mjpeg", "av1", "vp9"})
_MANY_PARTS = frozenset({"h264", "hevc"})


@dataclass(frozen=True, slots=True)
class StreamFormat:
    """What a muxer must know of a stream, kept as a small NUT file in memory, so that it outlives the connection it came from.

    NUT keeps the codec's parameters as they are; Matroska and MP4 would rewrite them to fit themselves. The one key frame in it
    lets FFmpeg find those parameters again.
    """

    codec: str
    sample: bytes

    @classmethod
    def of(cls, stream: VideoStream, key_packet: Packet) -> "StreamFormat":
        buffer = io.BytesIO()
        with av.open(buffer, "w", format="nut") as output:
            copy = output.add_stream_from_template(stream)
            packet = av.Packet(bytes(key_packet))
            packet.pts = packet.dts = 0
            packet.time_base = key_packet.time_base
            packet.is_keyframe = True
            packet.stream = copy
            output.mux(packet)
        return cls(stream.codec_context.name, buffer.getvalue())


@dataclass(frozen=True, slots=True)
class HeldPacket:
    """One compressed picture with its frame time; `run` changes wherever the stream's time stamps break off."""

    content: bytes
    time: datetime
    pts: int
    dts: int
    time_base: Fraction
    is_keyframe: bool
    run: int

    def packet(self) -> Packet:
        """A packet for FFmpeg."""
        packet = cast("Packet", av.Packet(self.content))
        packet.pts, packet.dts = self.pts, self.dts
        packet.time_base = self.time_base
        packet.is_keyframe = self.is_keyframe
        return packet


class PacketBuffer:
    """Holds the packets of the last `seconds`, at most `max_bytes` of them."""

    def __init__(self, seconds: float, max_bytes: int) -> None:
        self._span = timedelta(seconds=seconds)
        self._max_bytes = max_bytes
        self._packets: deque[HeldPacket] = deque()
        self._stream: VideoStream | None = None
        self._format: StreamFormat | None = None
        self._formats: dict[int, StreamFormat] = {}
        self._run = 0
        self._last_dts: int | None = None  # of the newest packet held in this run
        self.bytes = 0

    def begin(self, stream: VideoStream) -> None:
        """A new connection: its packets cannot stand in one clip with those of the one before."""
        self._stream = stream
        self._format = None

    def break_off(self) -> None:
        """The time stamps of the same stream start anew: what follows cannot stand in one clip with what came before."""
        if self._format is not None:
            self._run += 1
            self._formats[self._run] = self._format
        self._last_dts = None

    def add(self, packet: Packet, time: datetime) -> None:
        """Keep a packet whose picture has the frame time `time`, and drop what has become too old or too much."""
        if self._span <= timedelta(0) or packet.time_base is None or (packet.dts is None and packet.pts is None):
            return
        if self._format is None:
            if self._stream is None or not packet.is_keyframe:
                return
            self._format = StreamFormat.of(self._stream, packet)
            self._stream = None
            self.break_off()
        pts = packet.pts if packet.pts is not None else packet.dts or 0
        dts = packet.dts if packet.dts is not None else pts
        if self._last_dts is not None and dts < self._last_dts:
            self.break_off()
        held = HeldPacket(bytes(packet), time, pts, dts, packet.time_base, packet.is_keyframe, self._run)
        if dts == self._last_dts and self._packets:
            held = self._joined(held)
        self._last_dts = dts
        self._packets.append(held)
        self.bytes += len(held.content)
        while self._packets and (self.bytes > self._max_bytes or time - self._packets[0].time > self._span):
            self.bytes -= len(self._packets.popleft().content)
        if len(self._formats) > 1:
            oldest = self._packets[0].run if self._packets else self._run
            self._formats = {run: kept for run, kept in self._formats.items() if run >= oldest}

    def _joined(self, second: HeldPacket) -> HeldPacket:
        """Packets with one time stamp are parts of one picture: some cameras send parameter sets apart from their key frame."""
        first = self._packets.pop()
        self.bytes -= len(first.content)
        joined = first.content + second.content if self._formats[self._run].codec in _MANY_PARTS else second.content
        return replace(first, content=joined, is_keyframe=first.is_keyframe or second.is_keyframe)

    def select(self, start: datetime, end: datetime) -> "Cut | None":
        """From the key frame at or before `start` (else the first one held) to `end`; None if nothing of it is held.

        Where the stream broke off in between, it is the part after the last break.
        """
        wanted = [packet for packet in self._packets if packet.time <= end]
        if not wanted or wanted[-1].time < start:
            return None
        wanted = [packet for packet in wanted if packet.run == wanted[-1].run]
        keys = [index for index, packet in enumerate(wanted) if packet.is_keyframe]
        if not keys:
            return None
        first = max((index for index in keys if wanted[index].time <= start), default=keys[0])
        return Cut(tuple(wanted[first:]), self._formats[wanted[-1].run])


@dataclass(frozen=True, slots=True)
class Cut:
    """Packets of one run, the first a key frame."""

    packets: tuple[HeldPacket, ...]
    format: StreamFormat

    def mux(self) -> Clip:
        """The packets as an MP4 (Matroska where MP4 does not take the codec), or `SourceError`."""
        times = [held.time for held in self.packets]
        in_mp4 = self.format.codec in _IN_MP4
        try:
            content = self._file("mp4" if in_mp4 else "matroska")
        except (av.FFmpegError, OSError, ValueError) as error:
            raise SourceError(f"cannot cut a clip of {self.format.codec}: {type(error).__name__}") from error
        return Clip(content, "video/mp4" if in_mp4 else "video/x-matroska", min(times), max(times))

    def _file(self, container: str) -> bytes:
        buffer = io.BytesIO()
        with (
            av.open(io.BytesIO(self.format.sample), format="nut") as template,
            av.open(buffer, "w", format=container) as output,
        ):
            stream = output.add_stream_from_template(template.streams.video[0])
            origin = self.packets[0].dts
            for held in self.packets:
                packet = held.packet()
                packet.pts, packet.dts = held.pts - origin, held.dts - origin
                packet.stream = stream
                output.mux(packet)
        return buffer.getvalue()
