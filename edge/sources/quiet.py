"""When nothing moves, key frames are enough: which packets of a stream must be decoded. Pure, but for the look at a picture.

A quiet stream costs a tenth of a moving one this way. What it costs in knowledge is bounded: a change is seen at the next key
frame, and streams whose key frames lie further apart than `MOST_APART_S` are decoded whole.
"""

from dataclasses import dataclass, field

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

MOST_APART_S = 3.0
"""Far below the ten seconds after which an observation counts as broken off."""
ACTIVE_S = 8.0  # stream time for which all is decoded after a change
_STEP = 8  # every so many pixels are compared
_LEVELS = 24  # grey levels; above the noise of sensor and compression
_SHARE = 0.0004  # of the compared pixels: a vehicle 40 pixels wide in a picture of 1920 x 1080
_EIGHT_BIT = frozenset({"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "nv12", "gray"})

Grey = NDArray[np.uint8]


@dataclass(slots=True)
class QuietGate:
    """Says for each packet whether it must be decoded, from what the key frames showed. Times are seconds of stream time."""

    _before: Grey | None = field(default=None, init=False)
    _key_at_s: float | None = field(default=None, init=False)
    _apart_s: float | None = field(default=None, init=False)
    _active_until_s: float = field(default=0.0, init=False)

    def needs(self, at_s: float, *, is_keyframe: bool) -> bool:
        """Whether a packet must be decoded. While this says no it must go on saying no until the next key frame."""
        if is_keyframe:
            apart_s = at_s - self._key_at_s if self._key_at_s is not None else None
            if apart_s is None or apart_s > 0:
                self._apart_s = apart_s
            self._key_at_s = at_s
            return True
        return not self._quiet

    @property
    def _quiet(self) -> bool:
        regular = self._apart_s is not None and self._apart_s <= MOST_APART_S
        return regular and self._key_at_s is not None and self._key_at_s >= self._active_until_s and self._before is not None

    def look(self, at_s: float, grey: Grey | None) -> None:
        """Take in a key frame's picture, thinned out; None where it cannot be read, which counts as a change."""
        before, self._before = self._before, grey
        if before is None or grey is None or before.shape != grey.shape or changed_share(before, grey) >= _SHARE:
            self._active_until_s = at_s + ACTIVE_S


def changed_share(before: Grey, after: Grey) -> float:
    """Share of the pixels that differ by more than noise, 0..1."""
    return float((np.abs(before.astype(np.int16) - after) > _LEVELS).mean())


def thinned(picture: VideoFrame) -> Grey | None:
    """Every eighth pixel of every eighth row of a picture's brightness, without converting it; None for rare pixel formats."""
    if picture.format.name not in _EIGHT_BIT:
        return None
    plane = picture.planes[0]
    rows: Grey = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return rows[: picture.height : _STEP, : picture.width : _STEP].copy()
