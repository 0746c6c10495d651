"""One opened stream of compressed pictures: the only place that opens anything with FFmpeg (through PyAV).

Everything that comes in is untrusted. FFmpeg may open only the protocols that the kind of source needs and only containers of
video, so that a hostile file cannot make the node read other files or addresses. FFmpeg's own error texts are never passed on,
since they repeat the address with its password.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Self, assert_never

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from edge.sources.config import FileSource, HttpSource, ImagesSource, RtspSource, SourceConfig, UsbSource
from edge.sources.errors import SourceError
from edge.sources.pictures import image_files

_VIDEO_CONTAINERS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,live_flv,h264,hevc,m4v,mjpeg,mpjpeg,nut,ogg,gif,asf"
)
if TYPE_CHECKING:
    Packet = av.Packet[VideoStream]  # generic in PyAV's stubs, not in PyAV
else:
    Packet = av.Packet

_UNTIMED = frozenset({"mpjpeg", "mjpeg", "h264", "hevc", "m4v", "mpegvideo"})
FINE_TIME_BASE = Fraction(1, 90_000)
_QUICK_START = {"fpsprobesize": "0"}  # nobody asks a live stream for its nominal rate, so nobody waits for it
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class OpenOptions:
    """What FFmpeg is told when it opens a source; `address` may hold a password and is never shown."""

    address: str = field(repr=False)
    format: str | None = None
    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MediaPacket:
    """One compressed picture. `pts_s` is its own time stamp in seconds, or None where the stream gives none."""

    packet: Packet
    pts_s: float | None
    camera_time: datetime | None = None


class Media:
    """An opened source. Close it, or use it in a `with` block."""

    def __init__(self, container: InputContainer, location: str) -> None:
        self.location = location
        self._container = container
        if not container.streams.video:
            container.close()
            raise SourceError(f"{location}: holds no video")
        self.stream: VideoStream = container.streams.video[0]
        for other in container.streams:
            if other is not self.stream:
                other.discard = av.stream.Discard.all

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def frame_interval_s(self) -> float:
        """Nominal time between pictures, seconds."""
        rate = self.stream.average_rate or self.stream.guessed_rate or Fraction(25)
        return float(1 / rate) if rate > 0 else 0.04

    @property
    def length_s(self) -> float | None:
        """Length as the container states it, seconds; None for live streams."""
        return None if self._container.duration is None else self._container.duration / av.time_base

    @property
    def is_untimed(self) -> bool:
        """Whether the format carries no time stamps, so that FFmpeg makes some up from a guessed rate."""
        return self._container.format.name in _UNTIMED

    @property
    def stated_start(self) -> datetime | None:
        """The time at which the container says that it was made, if it says so."""
        text = self._container.metadata.get("creation_time", "")
        try:
            stated = datetime.fromisoformat(text)
        except ValueError:
            return None
        return (stated if stated.tzinfo else stated.replace(tzinfo=UTC)).astimezone(UTC)

    def packets(self) -> Iterator[MediaPacket]:
        """The compressed pictures until the stream ends; a broken or silent stream raises `SourceError`."""
        try:
            for packet in self._container.demux(self.stream):
                if packet.size:
                    yield MediaPacket(packet, self._seconds(packet), self._camera_time(packet))
        except av.FFmpegError as error:
            raise SourceError(f"{self.location}: {_reason(error)}") from None
        except OSError as error:
            raise SourceError(f"{self.location}: {error.strerror}") from None

    def close(self) -> None:
        """Free the stream."""
        self._container.close()

    @staticmethod
    def _seconds(packet: Packet) -> float | None:
        stamp = packet.pts if packet.pts is not None else packet.dts
        base = packet.time_base
        return None if stamp is None or base is None else stamp * base.numerator / base.denominator

    def _camera_time(self, packet: Packet) -> datetime | None:
        """The camera's own time of this picture, from the last RTCP sender report before it (RTSP only).

        FFmpeg attaches it as AVProducerReferenceTime: microseconds since 1970 as a native 64-bit integer, then flags.
        """
        if not packet.has_sidedata("prft"):
            return None
        content = bytes(packet.get_sidedata("prft"))
        return _EPOCH + timedelta(microseconds=int.from_bytes(content[:8], sys.byteorder, signed=True))


def open_media(source: SourceConfig) -> Media:
    """Open a source, or raise `SourceError` naming it without its credentials."""
    what = _open_options(source)
    location = source.location()
    try:
        container = av.open(
            what.address,
            format=what.format,
            container_options=what.options,
            timeout=(source.connect_timeout_s, source.read_timeout_s),
            metadata_errors="replace",
        )
    except av.FFmpegError as error:
        raise SourceError(f"cannot open {location}: {_reason(error)}") from None
    except OSError as error:
        raise SourceError(f"cannot open {location}: {error.strerror}") from None
    except ValueError as error:
        raise SourceError(f"cannot open {location}: FFmpeg refuses it ({type(error).__name__})") from None
    return Media(container, location)


def _reason(error: av.FFmpegError) -> str:
    return (error.strerror or type(error).__name__).lower()


def _open_options(source: SourceConfig) -> OpenOptions:
    match source:
        case RtspSource():
            return _rtsp(source)
        case HttpSource():
            return OpenOptions(
                source.address(),
                source.format,
                {
                    "protocol_whitelist": "http,https,httpproxy,tcp,tls,crypto",
                    "format_whitelist": f"hls,{_VIDEO_CONTAINERS}",
                    "rw_timeout": _microseconds(source.read_timeout_s),
                    **_QUICK_START,
                },
            )
        case UsbSource():
            return _usb(source)
        case FileSource():
            if not source.path.is_file():
                raise SourceError(f"no video file at {source.path}")
            return OpenOptions(f"file:{source.path}", None, {"protocol_whitelist": "file", "format_whitelist": _VIDEO_CONTAINERS})
        case ImagesSource():
            return _images(source)
        case _:
            assert_never(source)


def _rtsp(source: RtspSource) -> OpenOptions:
    options = {
        "rtsp_transport": source.transport,
        "protocol_whitelist": "rtsp,rtsps,rtp,udp,tcp,tls,crypto",
        "format_whitelist": "rtsp,sdp,rtp",
        "allowed_media_types": "video",
        "timeout": _microseconds(source.read_timeout_s),
        **_QUICK_START,
    }
    return OpenOptions(source.address(), "rtsp", options)


def _usb(source: UsbSource) -> OpenOptions:
    options = {"protocol_whitelist": "file", "format_whitelist": "v4l2,video4linux2"}
    if source.width and source.height:
        options["video_size"] = f"{source.width}x{source.height}"
    if source.fps:
        options["framerate"] = f"{source.fps:g}"
    return OpenOptions(str(source.device), "v4l2", options)


def _images(source: ImagesSource) -> OpenOptions:
    suffixes = {path.suffix for path in image_files(source.path)}
    if len(suffixes) > 1:
        raise SourceError(f"{source.path}: one kind of picture a folder, found {', '.join(sorted(suffixes))}")
    rate = Fraction(1 / (source.interval_s or 1.0)).limit_denominator(100_000)
    options = {
        "protocol_whitelist": "file",
        "format_whitelist": "image2",
        "pattern_type": "glob",
        "framerate": f"{rate.numerator}/{rate.denominator}",
    }
    folder = "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(source.path))
    return OpenOptions(f"{folder}/*{suffixes.pop()}", "image2", options)


def _microseconds(seconds: float) -> str:
    return str(int(seconds * 1_000_000))


def restamp(packet: MediaPacket, seconds: float, time_base: Fraction | None = None) -> MediaPacket:
    """The packet with a time stamp of our own, for formats that carry none; `time_base` replaces the packet's own."""
    time_base = time_base or packet.packet.time_base or FINE_TIME_BASE
    packet.packet.time_base = time_base
    packet.packet.pts = packet.packet.dts = round(seconds / time_base)
    return MediaPacket(packet.packet, seconds, packet.camera_time)
