"""The time of a live picture: its own time stamp laid on the node's clock. Pure.

A picture cannot arrive before it was taken, and the one that was least delayed shows best how the stream's time stamps lie on
the clock: time = stamp + min(arrival - stamp) over a sliding window. Delay that all pictures share (encoding, the shortest way
through the network) cannot be seen from here and is part of the time; RTCP sender reports of a camera with a set clock remove it.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from yuhang.messages import FrameClock, TimeSource

_WINDOW_S = 30.0  # long enough to meet an undelayed picture, short enough to follow a drifting camera clock
_JUMP_S = 2.0  # time stamps that leave the clock by more have begun anew
_REORDER_S = 1.0  # pictures that refer to later ones come this much out of order at most
_SLEW = 0.5  # pace, of the stream's own, at which a time too far ahead waits for the estimate
_FEW = 8


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a picture was taken, and how far that can be trusted."""

    time: datetime
    clock: FrameClock


@dataclass(slots=True)
class FrameTimer:
    """Times the pictures of one connection. All stamps are seconds of stream time; `speed` is the clock's.

    `camera_tolerance_s` is the largest disagreement at which the camera's own time is taken; None never takes it.
    `not_before` is the time of the last picture of the connection before: time never steps back.
    """

    speed: float = 1.0
    camera_tolerance_s: float | None = None
    not_before: datetime | None = None
    _base: datetime | None = field(default=None, init=False)
    _arrival: datetime | None = field(default=None, init=False)  # of the newest packet
    _window: deque[tuple[float, float]] = field(default_factory=deque, init=False)  # (arrival, arrival - stamp), seconds
    _lowest: deque[tuple[float, float]] = field(default_factory=deque, init=False)
    """Of the window, those that no later one undercuts: the first is the smallest, found without looking at all of them."""
    _highest_s: float | None = field(default=None, init=False)
    _camera_offset_s: float | None = field(default=None, init=False)
    _last: tuple[datetime, float] | None = field(default=None, init=False)  # time and stamp of the last picture handed out

    def arrived(self, stamp_s: float, arrival: datetime, camera_time: datetime | None = None) -> str:
        """A packet has come in. Returns why its time stamp cannot follow the ones before, or nothing."""
        if self._base is None:
            self._base = arrival
        self._arrival = arrival
        arrival_s = (arrival - self._base).total_seconds()
        offset_s = arrival_s - stamp_s
        broken = self._break(stamp_s, offset_s)
        if broken:
            self._window.clear()
            self._lowest.clear()
            self._camera_offset_s = self._highest_s = None
            if self._last is not None:
                self.not_before, self._last = self._last[0], None  # stamps before and after cannot be compared
        self._highest_s = stamp_s if self._highest_s is None else max(self._highest_s, stamp_s)
        self._slide(arrival_s, offset_s)
        if camera_time is not None:
            self._camera_offset_s = (camera_time - self._base).total_seconds() - stamp_s
        return broken

    def time_of(self, stamp_s: float) -> datetime:
        """The best estimate for a stamp that has arrived; may step back by a little from one call to the next."""
        return self._placed(stamp_s)[0]

    def stamp(self, stamp_s: float) -> Stamp:
        """Time and trust of the next picture in order of display; never earlier than the one before."""
        estimate, source, error_s = self._estimate(stamp_s)
        if self._arrival is not None:
            estimate = min(estimate, self._arrival)  # a picture of before a jump, still in the decoder, is not from the future
        time = max(estimate, self._floor(stamp_s, estimate))
        self._last = (time, stamp_s)
        error_s += (time - estimate).total_seconds()
        return Stamp(time, FrameClock(source=source, error_s=round(error_s, 4)))

    def _slide(self, arrival_s: float, offset_s: float) -> None:
        """Take a packet into the window, and out of it what is too old (or from before a step of the clock)."""
        for held in (self._window, self._lowest):
            while held and not 0 <= arrival_s - held[0][0] <= _WINDOW_S * self.speed:
                held.popleft()
        while self._lowest and self._lowest[-1][1] >= offset_s:
            self._lowest.pop()
        self._window.append((arrival_s, offset_s))
        self._lowest.append((arrival_s, offset_s))

    def _break(self, stamp_s: float, offset_s: float) -> str:
        if self._highest_s is None or not self._window:
            return ""
        if stamp_s < self._highest_s - _REORDER_S:
            return f"time stamps stepped back by {self._highest_s - stamp_s:.1f} s"
        ahead_s = self._lowest[0][1] - offset_s
        if ahead_s > _JUMP_S * self.speed:
            return f"time stamps jumped ahead by {ahead_s:.1f} s"
        return ""

    def _estimate(self, stamp_s: float) -> tuple[datetime, TimeSource, float]:
        """Time, where it comes from and its largest error in seconds.

        The error of the smallest offset is how thinly it is supported: a quarter of the pictures came within that of it.
        """
        time, apart_s = self._placed(stamp_s)
        offsets = sorted(offset for _, offset in self._window)
        error_s = offsets[len(offsets) // 4 if len(offsets) >= _FEW else -1] - offsets[0]
        if apart_s is None:
            return time, TimeSource.ARRIVAL, error_s
        return time, TimeSource.CAMERA, apart_s + error_s

    def _placed(self, stamp_s: float) -> tuple[datetime, float | None]:
        """Time of a stamp, and how far the camera's own clock, if it was taken from that, is from the arrivals, seconds."""
        base = self._base
        if base is None:
            raise ValueError("no packet has arrived yet")
        floor_s = self._lowest[0][1]
        if self._camera_offset_s is not None and self.camera_tolerance_s is not None:
            apart_s = abs(self._camera_offset_s - floor_s)
            if apart_s <= self.camera_tolerance_s:
                return base + timedelta(seconds=stamp_s + self._camera_offset_s), apart_s
        return base + timedelta(seconds=stamp_s + floor_s), None

    def _floor(self, stamp_s: float, estimate: datetime) -> datetime:
        """The earliest time that the next picture may have."""
        if self._last is None:
            return estimate if self.not_before is None else self.not_before + timedelta(milliseconds=1)
        time, last_stamp_s = self._last
        return time + timedelta(seconds=max(0.001, (stamp_s - last_stamp_s) * _SLEW))
