"""One connection to a source: its packets timed and paced, and the pictures that are due for analysis."""

import math
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from av.video.frame import VideoFrame

from edge.sources.config import FileSource, ImagesSource, RtspSource, recording_start
from edge.sources.decoder import Decoder, stamp_s
from edge.sources.keyframes import KeyFramePicker
from edge.sources.media import FINE_TIME_BASE, Media, MediaPacket, Packet, restamp
from edge.sources.pictures import named_times
from edge.sources.protocol import CameraPlan
from edge.sources.quiet import QuietGate, thinned
from edge.sources.sampling import Sampler
from edge.sources.timeline import Timeline
from edge.sources.timing import FrameTimer, Stamp
from yuhang.clock import Clock
from yuhang.messages import FrameClock, TimeSource

_BURST_S = 1.0
GULP_S = 0.2
"""Where only key frames are decoded, what has come in is read so often: a thread that wakes for every packet of every camera
costs more than the packets. Kernels hold far more; a datagram that finds no room is lost, so not for UDP."""
NO_WAIT_S = 0.002


@dataclass(frozen=True, slots=True)
class TimedPacket:
    """A packet with the frame time of its picture; `broken` says why its time stamps cannot follow the ones before."""

    media: MediaPacket
    time: datetime
    broken: str


@dataclass(frozen=True, slots=True)
class DuePicture:
    """A decoded picture that is to be analysed."""

    stamp: Stamp
    picture: VideoFrame


class Timer(Protocol):
    """Lays stream seconds on a clock; `FrameTimer` for what is live, `RecordedTimer` for what keeps its own time."""

    def arrived(self, stamp_s: float, arrival: datetime, camera_time: datetime | None = None) -> str: ...
    def time_of(self, stamp_s: float) -> datetime: ...
    def stamp(self, stamp_s: float) -> Stamp: ...


@dataclass(slots=True)
class RecordedTimer:
    """The recording's own clock."""

    start: datetime
    _last: datetime | None = field(default=None, init=False)

    def arrived(self, stamp_s: float, arrival: datetime, camera_time: datetime | None = None) -> str:
        del stamp_s, arrival, camera_time
        return ""

    def time_of(self, stamp_s: float) -> datetime:
        return self.start + timedelta(seconds=stamp_s)

    def stamp(self, stamp_s: float) -> Stamp:
        time = self.time_of(stamp_s)
        if self._last is not None:
            time = max(time, self._last + timedelta(milliseconds=1))
        self._last = time
        return Stamp(time, FrameClock(source=TimeSource.RECORDING, error_s=0.0))


@dataclass(slots=True)
class _Burst:
    """Holds packets back until one of them had to be waited for."""

    speed: float
    waiting: list[tuple[MediaPacket, str]] = field(default_factory=list)
    _over: bool = False
    _begun: datetime | None = None
    _last: tuple[datetime, float] | None = None

    def through(self, packet: MediaPacket, arrival: datetime, broken: str) -> list[tuple[MediaPacket, str]]:
        """What may go on, now that `packet` has come in."""
        if self._over:
            return [(packet, broken)]
        stamp_s = packet.pts_s or 0.0
        self.waiting.append((packet, broken))
        self._begun = self._begun or arrival
        if self._last is not None:
            waited_s, step_s = (arrival - self._last[0]).total_seconds(), stamp_s - self._last[1]
            self._over = waited_s > step_s / 2 > 0
        self._last = arrival, stamp_s
        self._over = self._over or (arrival - self._begun).total_seconds() > _BURST_S * self.speed
        if not self._over:
            return []
        released, self.waiting = self.waiting, []
        return released


class StreamSession:
    """Reads one opened source in the calling thread. `not_before` is the time of the last picture before it."""

    def __init__(self, plan: CameraPlan, media: Media, clock: Clock, stop: threading.Event, not_before: datetime | None) -> None:
        source = plan.source
        self._media = media
        self._clock = clock
        self._stop = stop
        self._decoder = Decoder(media.stream, keyframes_only=False, max_pixels=source.max_pixels)
        self._sampler = Sampler(plan.analysis_fps)
        self._quiet = QuietGate() if source.decode == "auto" else None
        self._picker: KeyFramePicker[Packet] | None = KeyFramePicker() if source.decode == "keyframes" else None
        self._gulps = self._picker is not None and not (isinstance(source, RtspSource) and source.transport == "udp")
        self._begun = clock.now()
        self._last_stamp_s = 0.0
        self._recorded: tuple[Timeline, Timeline] | None = None
        self._paced = False
        self._timer: Timer
        if isinstance(source, FileSource | ImagesSource):
            named = named_times(source)
            start = named[0] if named else recording_start(source, media.stated_start)
            interval_s = media.frame_interval_s
            self._recorded = Timeline(start, interval_s, named), Timeline(start, interval_s, named)
            self._paced = source.pace == "realtime"
            self._timer = FrameTimer(clock.speed, None, not_before) if self._paced else RecordedTimer(start)
        else:
            tolerance_s = None
            if isinstance(source, RtspSource) and source.camera_time == "auto" and clock.speed == 1.0:
                tolerance_s = source.camera_time_tolerance_s
            self._timer = FrameTimer(clock.speed, tolerance_s, not_before)

    @property
    def damaged(self) -> int:
        """Packets that could not be decoded."""
        return self._decoder.damaged

    def attend(self, within_s: float | None, apart_s: float = 0.0) -> None:
        """Somebody needs a picture every `within_s` seconds of stream time; None: key frames do, those `apart_s` apart."""
        if self._picker is not None:
            self._picker.within_s, self._picker.apart_s = within_s, apart_s

    def packets(self) -> Iterator[TimedPacket]:
        """All packets as they come in (or, from a recording, as they are due) until the stream ends or `stop` is set."""
        return self._recorded_packets(self._recorded[0]) if self._recorded else self._live_packets()

    def _recorded_packets(self, timeline: Timeline) -> Iterator[TimedPacket]:
        for packet in self._media.packets():
            seconds = (timeline.place(packet.pts_s) - timeline.start).total_seconds()
            if self._paced and self._clock.wait(self._stop, self._due_s(seconds) - self._elapsed_s()):
                return
            broken = self._timer.arrived(seconds, self._clock.now())
            yield TimedPacket(packet, self._timer.time_of(seconds), broken)

    def _due_s(self, seconds: float) -> float:
        """When a packet of a recording is handed on, seconds from the beginning."""
        return seconds if self._picker is None else math.ceil(seconds / GULP_S - 1e-6) * GULP_S

    def _elapsed_s(self) -> float:
        return (self._clock.now() - self._begun).total_seconds()

    def _live_packets(self) -> Iterator[TimedPacket]:
        """A connection begins with packets that were buffered while FFmpeg probed; only the last of them came in undelayed.

        So the timer sees the whole burst before the first packet gets its time.
        """
        burst = _Burst(self._clock.speed)
        read_at_s = time.monotonic()
        for packet in self._media.packets():
            if self._stop.is_set():
                return
            arrival = self._clock.now()
            had_to_wait = time.monotonic() - read_at_s > NO_WAIT_S
            stamped = self._stamped(packet, arrival)
            broken = self._timer.arrived(stamped.pts_s or 0.0, arrival, packet.camera_time)
            for held, why in burst.through(stamped, arrival, broken):
                yield TimedPacket(held, self._timer.time_of(held.pts_s or 0.0), why)
            if self._gulps and had_to_wait and not burst.waiting:
                self._stop.wait(GULP_S)
            read_at_s = time.monotonic()
        for held, why in burst.waiting:
            yield TimedPacket(held, self._timer.time_of(held.pts_s or 0.0), why)

    def _stamped(self, packet: MediaPacket, arrival: datetime) -> MediaPacket:
        if self._media.is_untimed:
            packet = restamp(packet, (arrival - self._begun).total_seconds(), FINE_TIME_BASE)
        elif packet.pts_s is None:
            packet = restamp(packet, self._last_stamp_s)
        self._last_stamp_s = packet.pts_s or 0.0
        return packet

    def pictures(self, packet: TimedPacket | None) -> Iterator[DuePicture]:
        """Pictures that a packet completes (None: those still in the decoder), as far as they are due for analysis."""
        if packet is not None and self._quiet is not None:
            at_s = packet.media.pts_s or 0.0
            if not self._quiet.needs(at_s, is_keyframe=packet.media.packet.is_keyframe):
                return
        if packet is not None and self._picker is not None:
            yield from self._picked(packet, self._picker)
            return
        for picture in self._decoder.decode(packet.media.packet if packet else None):
            seconds = self._picture_seconds(picture)
            if self._quiet is not None and picture.key_frame:
                self._quiet.look(stamp_s(picture) or 0.0, thinned(picture))
            if self._sampler.wants(seconds):
                yield DuePicture(self._timer.stamp(seconds), picture)

    def _picked(self, packet: TimedPacket, picker: KeyFramePicker[Packet]) -> Iterator[DuePicture]:
        at_s = packet.media.pts_s or 0.0
        release = picker.take(packet.media.packet, at_s, is_keyframe=packet.media.packet.is_keyframe)
        for one in release.packets:
            for picture in self._decoder.decode(one):
                stamp = stamp_s(picture)
                if stamp is not None and stamp < release.wanted_from_s and not picture.key_frame:
                    continue
                seconds = self._picture_seconds(picture)
                if self._sampler.wants(seconds):
                    yield DuePicture(self._timer.stamp(seconds), picture)

    def _picture_seconds(self, picture: VideoFrame) -> float:
        stamp = stamp_s(picture)
        if self._recorded is not None:
            timeline = self._recorded[1]
            return (timeline.place(stamp) - timeline.start).total_seconds()
        return self._last_stamp_s if stamp is None else stamp
