"""Dwell by frame time: one unbroken watching of one vehicle in one place. Pure.

Nothing here counts frames to get seconds: a dropped frame, a late one or an uneven frame rate changes the largest gap and never
the dwell. Rule 1 of the design lives here: a gap longer than allowed breaks the watching for good, and nothing can mend it.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from yuhang.messages import Observation


class Confirmation(StrEnum):
    """What said that the vehicle is still in its place."""

    DETECTOR = "detector"  # the detector found it there
    PIXELS = "pixels"  # the picture of its place has not changed since the detector last found it


@dataclass(frozen=True, slots=True)
class Dwell:
    """A vehicle has been watched in its place from `since` to `last` (frame times)."""

    since: datetime
    last: datetime
    last_detected: datetime
    longest_gap_s: float = 0.0
    longest_detector_gap_s: float = 0.0
    frames: int = 1
    detector_frames: int = 1
    min_overlap: float = 1.0

    @classmethod
    def begin(cls, at: datetime) -> Self:
        """The detector sees the vehicle in this place for the first time."""
        return cls(since=at, last=at, last_detected=at)

    def confirm(self, at: datetime, by: Confirmation, overlap: float = 1.0) -> Self:
        """The vehicle is in its place at `at`; `overlap` (IoU) is that of the detector's box.

        A frame not newer than `last` says nothing.
        """
        if at <= self.last:
            return self
        pixels = replace(
            self, last=at, frames=self.frames + 1, longest_gap_s=max(self.longest_gap_s, (at - self.last).total_seconds())
        )
        if by is Confirmation.PIXELS:
            return pixels
        return replace(
            pixels,
            last_detected=at,
            detector_frames=self.detector_frames + 1,
            longest_detector_gap_s=max(self.longest_detector_gap_s, (at - self.last_detected).total_seconds()),
            min_overlap=min(self.min_overlap, overlap),
        )

    def begun(self, at: datetime) -> Self:
        """Pictures of before the first look of the detector show the vehicle in its place since `at`; never later than known."""
        return replace(self, since=min(self.since, at))

    def seconds(self) -> float:
        """Dwell that is proven: from coming to rest to the last confirmation."""
        return (self.last - self.since).total_seconds()

    def gap_s(self, at: datetime) -> float:
        """Seconds without confirmation at time `at`."""
        return (at - self.last).total_seconds()

    def detector_gap_s(self, at: datetime) -> float:
        """Seconds since the detector last found the vehicle."""
        return (at - self.last_detected).total_seconds()

    def observation(self) -> Observation:
        """The interval as it goes on the wire."""
        return Observation(
            since=self.since,
            until=self.last,
            longest_gap_s=self.longest_gap_s,
            frames=self.frames,
            min_overlap=self.min_overlap,
            detector_frames=self.detector_frames,
            longest_detector_gap_s=self.longest_detector_gap_s,
        )
