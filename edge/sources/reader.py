"""One camera, read on a thread of a decoder process: connect, decode what is due, hold packets, try again after a loss."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from edge.frames import Clip, Part, Pixels, SourceState
from edge.sources.config import FileSource, ImagesSource, SourceConfig
from edge.sources.errors import SourceError
from edge.sources.media import Media, open_media
from edge.sources.moments import look_back
from edge.sources.packets import PacketBuffer
from edge.sources.protocol import CameraPlan
from edge.sources.session import DuePicture, StreamSession, TimedPacket
from edge.sources.state import Backoff, SourceMachine
from yuhang.clock import Clock


class Sink(Protocol):
    """Where a reader's results go; called on the reader's thread."""

    def changed(self, camera: str, state: SourceState, time: datetime, detail: str) -> None:
        """The source has changed its state."""

    def picture(self, camera: str, index: int, due: DuePicture) -> None:
        """A picture that is due for analysis."""


@dataclass(slots=True)
class Counts:
    """What a reader has met so far."""

    packets: int = 0
    damaged: int = 0
    pictures: int = 0
    progress_s: float = field(default_factory=time.monotonic)  # when the reader last came back from FFmpeg


class CameraReader:
    """Reads one camera until it ends or `stop` is set."""

    def __init__(
        self,
        plan: CameraPlan,
        sink: Sink,
        clock: Clock,
        stop: threading.Event,
        *,
        opener: Callable[[SourceConfig], Media] = open_media,
        not_before: datetime | None = None,
    ) -> None:
        self.plan = plan
        self.counts = Counts()
        self._sink = sink
        self._clock = clock
        self._stop = stop
        self._open = opener
        self._last_time = not_before
        source = plan.source
        self._machine = SourceMachine(Backoff(source.reconnect_min_s, source.reconnect_max_s))
        # a faster clock must not shorten what is at hand when an event is a real second late; memory is bounded by bytes anyway
        self._held = PacketBuffer(source.clip_s * clock.speed, int(source.clip_mb * 2**20))
        self._held_lock = threading.Lock()
        self._session: StreamSession | None = None
        self._attention: tuple[float | None, float] = (None, 0.0)

    @property
    def stuck_s(self) -> float:
        """Real seconds since FFmpeg last answered; 0 while the reader only waits for its next attempt."""
        if self._machine.is_final or self._machine.state is SourceState.LOST:
            return 0.0
        return time.monotonic() - self.counts.progress_s

    def run(self) -> None:
        """The thread's body."""
        self._sink.changed(self.plan.camera, self._machine.state, self._now(), "")
        while not self._stop.is_set():
            state, detail = self._connection()
            if self._stop.is_set():
                break
            self._move(state, detail)
            if self._machine.is_final:
                return
            self._stop.wait(max(0.0, self._machine.retry_at_s - time.monotonic()))
            if not self._stop.is_set():
                self._move(SourceState.CONNECTING)
        self._move(SourceState.CLOSED)

    def clip(self, start: datetime, end: datetime) -> Clip | None:
        """Called on another thread."""
        with self._held_lock:
            cut = self._held.select(start, end)
        return cut.mux() if cut else None

    def attend(self, within_s: float | None, apart_s: float = 0.0) -> None:
        """Called on another thread: how long pictures may stay away, and must, in seconds of stream time."""
        self._attention = within_s, apart_s
        if (session := self._session) is not None:
            session.attend(within_s, apart_s)

    def look_back(self, start: datetime, end: datetime, part: Part) -> tuple[tuple[datetime, ...], Pixels] | None:
        """Called on another thread: a part of the pictures between two times, or None where nothing of them is held."""
        with self._held_lock:
            cut = self._held.select(start, end)
        return look_back(cut, start, end, part, self.plan.source.max_pixels) if cut else None

    def _connection(self) -> tuple[SourceState, str]:
        """One connection from opening to its end: the state that follows and why."""
        source = self.plan.source
        self.counts.progress_s = time.monotonic()
        try:
            self._open_and_read()
            while isinstance(source, FileSource) and source.loop and not self._stop.is_set():
                self._open_and_read()
        except SourceError as error:
            return SourceState.LOST, str(error)
        if source.is_recording:
            return SourceState.ENDED, "end of the recording"
        return SourceState.LOST, f"{source.location()}: the stream ended"

    def _open_and_read(self) -> None:
        with self._open(self.plan.source) as media:
            self._read(media)

    def _read(self, media: Media) -> None:
        self._session = session = StreamSession(self.plan, media, self._clock, self._stop, self._last_time)
        session.attend(*self._attention)
        with self._held_lock:
            self._held.begin(media.stream)
        damaged = self.counts.damaged
        for packet in session.packets():
            self.counts.packets += 1
            if self._machine.state is SourceState.CONNECTING:
                self._move(SourceState.LIVE, self.plan.source.location())
            if packet.broken:
                self._sink.changed(self.plan.camera, self._machine.state, packet.time, packet.broken)
            self._keep(packet)
            self._hand_out(session.pictures(packet))
            self.counts.damaged = damaged + session.damaged
            self.counts.progress_s = time.monotonic()
        if not self._stop.is_set():
            self._hand_out(session.pictures(None))

    def _keep(self, packet: TimedPacket) -> None:
        with self._held_lock:
            if packet.broken:
                self._held.break_off()
            self._held.add(packet.media.packet, packet.time)

    def _hand_out(self, pictures: Iterator[DuePicture]) -> None:
        for due in pictures:
            self._last_time = due.stamp.time
            self._sink.picture(self.plan.camera, self.counts.pictures, due)
            self.counts.pictures += 1

    def _move(self, state: SourceState, detail: str = "") -> None:
        self._machine.move(state, time.monotonic())
        self._sink.changed(self.plan.camera, state, self._now(), detail)

    def _now(self) -> datetime:
        """The time of a change: now, but never before the last picture."""
        now = self._clock.now()
        recorded = isinstance(self.plan.source, FileSource | ImagesSource) and self.plan.source.pace == "asap"
        if self._last_time is None or (not recorded and now > self._last_time):
            return now
        return self._last_time
