"""Key frames alone, as long as they come often enough: which packets of a stream must be decoded, and when. Pure.

What lies between two key frames is not thrown away at once: while somebody needs pictures more often than key frames come, the
packets since the last one are decoded up to the moment that is needed, and none of the pictures before it is handed out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Packet = TypeVar("Packet")

MOST_HELD = 1500
"""Packets; who waits longer for a key frame waits for the next one (a minute of 25 pictures a second)."""


@dataclass(frozen=True, slots=True)
class Release(Generic[Packet]):
    """Packets to decode now, in order; pictures of before `wanted_from_s` (stream time) were needed only to decode the last."""

    packets: Sequence[Packet]
    wanted_from_s: float


@dataclass(slots=True)
class KeyFramePicker(Generic[Packet]):
    """Lets key frames through and holds the rest.

    `within_s`: seconds of stream time without a picture that are too long; key frames less than `apart_s` after the last picture
    are held like the rest.
    """

    within_s: float | None = None
    apart_s: float = 0.0
    _held: list[Packet] = field(default_factory=list, init=False)
    _decodable: bool = field(default=False, init=False)
    _last_s: float = field(default=0.0, init=False)

    def take(self, packet: Packet, at_s: float, *, is_keyframe: bool) -> Release[Packet]:
        """What to decode now that `packet` has come, whose picture is due at `at_s` seconds of stream time."""
        if is_keyframe:
            self._held.clear()
            begins, self._decodable = not self._decodable, True
            if begins or not 0 <= at_s - self._last_s < self.apart_s:
                self._last_s = at_s
                return Release((packet,), at_s)
        if not self._decodable:
            return Release((), at_s)
        self._held.append(packet)
        if self.within_s is not None and at_s - self._last_s >= self.within_s:
            released, self._held, self._last_s = self._held, [], at_s
            return Release(released, at_s)
        if len(self._held) > MOST_HELD:
            self._held.clear()
            self._decodable = False
        return Release((), at_s)
