"""A recording read at full speed in this process, with its own clock: what a replay looks at."""

from collections.abc import Collection, Iterator
from datetime import datetime

import structlog

from edge.frames import Clip, Frame, SourceChange, SourceState
from edge.image import PlanarImage
from edge.sources.config import RecordingSource, recording_start
from edge.sources.decoder import Decoder, stamp_s, to_planes
from edge.sources.errors import SourceError
from edge.sources.media import MediaPacket, open_media
from edge.sources.packets import PacketBuffer
from edge.sources.pictures import named_times
from edge.sources.sampling import Sampler
from edge.sources.timeline import Timeline
from yuhang.messages import FrameClock, TimeSource

log = structlog.get_logger(__name__)

_CLOCK = FrameClock(source=TimeSource.RECORDING, error_s=0.0)


class Recording:
    """A video file or a folder of pictures as a `FrameSource`.

    A picture's time is the recording's start plus its own time stamp, so that variable frame rates keep their times; a picture
    without a stamp follows the one before by the nominal interval, and time never steps back. `damaged` counts what could not
    be decoded.
    """

    def __init__(self, camera: str, source: RecordingSource, *, analysis_fps: float | None = None) -> None:
        """Open the recording, or raise `SourceError`; `analysis_fps` None hands over every picture."""
        self.camera = camera
        named = named_times(source)
        self._media = open_media(source)
        try:
            self._decoder = Decoder(self._media.stream, keyframes_only=source.decode == "keyframes", max_pixels=source.max_pixels)
        except SourceError:
            self._media.close()
            raise
        self.start = named[0] if named else recording_start(source, self._media.stated_start)
        interval_s = self._media.frame_interval_s
        self._packet_times = Timeline(self.start, interval_s, named)
        self._frame_times = Timeline(self.start, interval_s, named)
        self._sampler = Sampler(analysis_fps)
        self._held = PacketBuffer(source.clip_s, int(source.clip_mb * 2**20))
        self._held.begin(self._media.stream)
        self._last = self.start
        self._index = 0
        self._out = self._run()

    @property
    def length_s(self) -> float | None:
        """Length as the recording states it, seconds; None where it does not."""
        return self._media.length_s

    @property
    def damaged(self) -> int:
        """Packets that could not be decoded so far."""
        return self._decoder.damaged

    def read(self, timeout_s: float, busy: Collection[str] = ()) -> Frame | SourceChange | None:
        """The next picture or change; None only after the end (a recording never makes anyone wait)."""
        del timeout_s
        if self.camera in busy:
            return None
        return next(self._out, None)

    def clip(self, camera: str, start: datetime, end: datetime) -> Clip | None:
        """The recording's own packets from the key frame at or before `start` to `end`, as far as they are still held."""
        cut = self._held.select(start, end) if camera == self.camera else None
        try:
            return cut.mux() if cut else None
        except SourceError as error:
            log.warning("no clip", camera=camera, reason=str(error))
            return None

    def close(self) -> None:
        """Free the recording."""
        self._media.close()

    def _run(self) -> Iterator[Frame | SourceChange]:
        yield SourceChange(self.camera, SourceState.LIVE, self.start, self._media.location)
        detail = "end of the recording"
        try:
            for packet in self._media.packets():
                yield from self._frames(packet)
            yield from self._frames(None)
        except SourceError as error:
            detail = str(error)
        if self.damaged:
            detail = f"{detail}; {self.damaged} damaged packets"
        yield SourceChange(self.camera, SourceState.ENDED, self._last, detail)

    def _frames(self, packet: MediaPacket | None) -> Iterator[Frame]:
        """Pictures that a packet completes (None: those still in the decoder), as far as they are to be analysed."""
        if packet is not None:
            self._held.add(packet.packet, self._packet_times.place(packet.pts_s))
        for picture in self._decoder.decode(packet.packet if packet else None):
            self._last = self._frame_times.advance(self._frame_times.place(stamp_s(picture)))
            if self._sampler.wants((self._last - self.start).total_seconds()):
                yield Frame(self.camera, self._index, self._last, _CLOCK, PlanarImage(to_planes(picture)))
                self._index += 1
