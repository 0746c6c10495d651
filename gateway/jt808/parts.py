"""Messages that come in several frames, put together again. Pure."""

from dataclasses import dataclass, field
from datetime import datetime

from gateway.jt808.frames import Frame, FrameError

_MOST_PARTS = 64
_MOST_OPEN = 4
_PATIENCE_S = 60.0


@dataclass(slots=True)
class _Open:
    total: int
    began: datetime
    bodies: dict[int, bytes] = field(default_factory=dict)


class Joiner:
    """The parts of one terminal. All parts of a message carry serials in a row, so that the first one's serial names it."""

    def __init__(self) -> None:
        self._open: dict[tuple[int, int], _Open] = {}

    def take(self, frame: Frame, now: datetime) -> Frame | None:
        """The whole message when its last part has come; a frame that is whole already comes back as it is."""
        if frame.part is None:
            return frame
        if frame.part.total > _MOST_PARTS:
            raise FrameError(f"a message in {frame.part.total} parts")
        first = (frame.serial - frame.part.number + 1) & 0xFFFF
        self._forget(now)
        found = self._open.setdefault((frame.message, first), _Open(frame.part.total, now))
        if found.total != frame.part.total:
            del self._open[frame.message, first]
            raise FrameError("parts of one message that do not agree how many they are")
        found.bodies[frame.part.number] = frame.body
        if len(found.bodies) < found.total:
            return None
        del self._open[frame.message, first]
        body = b"".join(found.bodies[number] for number in range(1, found.total + 1))
        return Frame(frame.message, frame.phone, frame.serial, body, frame.edition)

    def _forget(self, now: datetime) -> None:
        for key, one in list(self._open.items()):
            if not 0 <= (now - one.began).total_seconds() < _PATIENCE_S:
                del self._open[key]
        while len(self._open) > _MOST_OPEN:
            del self._open[next(iter(self._open))]
